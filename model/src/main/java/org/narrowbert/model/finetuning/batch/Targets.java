package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * What a head should have said of a batch, and how wrong it was. Heads of tasks have few labels, so that their losses are computed here in double; the
 * vocabulary's is an op of the graph.
 */
public sealed interface Targets permits ClassTargets, MultiLabelTargets, ValueTargets, ChoiceTargets, SpanTargets {
    /** The number of a label, a choice or a place of which nobody said what is right: it has no loss and no gradient. */
    int UNKNOWN = -1;

    /** What the loss is a mean over: the batch's known labels, or their weights. A step's loss is the sum of its batches' losses over the sum of these. */
    double weight();

    /** How many known labels these are, for people: of texts, words or questions. */
    int count();

    /**
     * The sum of the losses of all known labels, and its gradient.
     *
     * @param logits [narrow rows, labels]
     * @param narrow the rows that the head reads, by sequence
     * @param scale what the gradient is multiplied by
     * @param gradient [narrow rows, labels] every element is set
     * @return in nats, or squared units of the values
     */
    double loss(Matrix logits, Rows narrow, double scale, Matrix gradient);

    /** The sum of the losses of all known labels. */
    double loss(Matrix logits, Rows narrow);
}
