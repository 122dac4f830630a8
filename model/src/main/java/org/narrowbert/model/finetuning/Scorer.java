package org.narrowbert.model.finetuning;

import java.util.Map;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.finetuning.batch.LabelledBatch;

/** Collects what a model says of labelled samples, batch after batch, and comes to the task's figures. */
public interface Scorer {
    /**
     * Takes a batch's logits.
     *
     * @param logits [narrow rows, labels]
     */
    void add(LabelledBatch batch, Matrix logits);

    /** Whether all batches were taken that figures are made of; a run that is asked to stop ends its batches early. */
    boolean isComplete();

    /** The task's metrics by name, in the order in which they are shown, once all was taken. */
    Map<String, Double> metrics();
}
