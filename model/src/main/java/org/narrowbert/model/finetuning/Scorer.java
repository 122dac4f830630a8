package org.narrowbert.model.finetuning;

import java.util.Map;
import org.narrowbert.engine.tensor.Matrix;

/** Collects what a model says of labelled samples, batch after batch, and comes to the task's figures. */
public interface Scorer {
    /**
     * Takes a batch's logits.
     *
     * @param logits [narrow rows, labels]
     */
    void add(LabelledBatch batch, Matrix logits);

    /** The task's metrics by name, in the order in which they are shown, of all that was taken. */
    Map<String, Double> metrics();
}
