package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * The first and the last token of an answer within each sequence: the mean of both cross-entropies over the sequence's own tokens.
 *
 * @param starts [sequences or more] the answer's first token, counted within the sequence, or {@link #UNKNOWN}
 * @param ends [sequences or more] its last
 * @param sequences how many there are
 */
public record SpanTargets(int[] starts, int[] ends, int sequences) implements Targets {
    private static final int START = 0;
    private static final int END = 1;

    @Override
    public double weight() {
        return count();
    }

    @Override
    public int count() {
        int known = 0;
        for (int sequence = 0; sequence < sequences; sequence++) {
            known += starts[sequence] == UNKNOWN ? 0 : 1;
        }
        return known;
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int sequence = 0; sequence < sequences; sequence++) {
            if (starts[sequence] != UNKNOWN) {
                int first = narrow.start(sequence);
                int end = narrow.end(sequence);
                sum += Softmax.lossOfColumn(logits, START, first, end, first + starts[sequence]) / 2
                        + Softmax.lossOfColumn(logits, END, first, end, first + ends[sequence]) / 2;
            }
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        gradient.fill(0);
        for (int sequence = 0; sequence < sequences; sequence++) {
            if (starts[sequence] != UNKNOWN) {
                int first = narrow.start(sequence);
                int end = narrow.end(sequence);
                Softmax.gradientOfColumn(logits, START, first, end, first + starts[sequence], scale / 2, gradient);
                Softmax.gradientOfColumn(logits, END, first, end, first + ends[sequence], scale / 2, gradient);
            }
        }
        return loss(logits, narrow);
    }
}
