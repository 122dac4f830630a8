package org.narrowbert.model.training;

import java.util.Iterator;
import java.util.List;
import org.narrowbert.model.checkpoint.run.TrainingState;

/**
 * A model whose weights are trained step by step.
 *
 * @param <B> a batch with what is right for it
 */
public interface Trainer<B> {
    /**
     * One optimizer step: forward and backward for every micro-batch, then one update. The loss is the mean over all predictions of all
     * micro-batches. Nothing is updated when there are none, or when loss or gradients are not finite.
     *
     * @param microBatches one or more
     * @param step number of the step, which dropout depends on
     * @param learningRate of this update
     */
    StepResult step(List<B> microBatches, long step, double learningRate);

    /**
     * The mean loss over all predictions of some batches and how good they are, without dropout.
     *
     * @param batches read once, one after the other
     */
    Evaluation evaluate(Iterator<B> batches);

    /** Everything that updates change, as it is now; its parameters are the trainer's own. */
    TrainingState state();

    /** Number of updates made. */
    long updates();

    /** Whether all weights are numbers. */
    boolean isFinite();
}
