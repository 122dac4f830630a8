package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.encoder.WeightNames;

/** The linear layer that classifiers of texts and of tokens end with. */
final class Classifier {
    private Classifier() {}

    /**
     * Adds the layer.
     *
     * @param rows [narrow rows, hidden]
     * @param labels number of classes
     * @return its output, [narrow rows, labels]
     */
    static Activation on(Activation rows, int labels, List<Op> ops) {
        if (labels < 1) {
            throw new IllegalArgumentException("a classifier of " + labels + " labels");
        }
        Activation logits = new Activation("logits", RowSet.NARROW, labels);
        ops.add(new LinearOp.Linear(
                rows,
                WeightNames.weight(WeightNames.CLASSIFIER, labels, rows.columns()),
                WeightNames.bias(WeightNames.CLASSIFIER, labels),
                logits));
        return logits;
    }
}
