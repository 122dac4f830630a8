package org.narrowbert.model.training;

import java.util.Iterator;
import java.util.List;

/**
 * What a run trains on and is evaluated with. A step's batches are a function of its number alone, so that a run finds its place at once.
 *
 * @param <B> a batch with what is right for it
 */
public interface TrainingData<B> {
    /** The micro-batches of an optimizer step; they hold until the next call. */
    List<B> step(long step);

    /** All validation batches in order, each of which holds until the next; the same at every evaluation. */
    Iterator<B> validation();

    /** Samples to evaluate on. */
    long validationSamples();

    /** How many samples a batch has. */
    long samples(B batch);

    /** Passes over the training samples that so many optimizer steps make. */
    double epochs(long steps);
}
