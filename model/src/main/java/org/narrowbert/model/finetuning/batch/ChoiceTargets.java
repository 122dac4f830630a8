package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * One right choice a question, each choice a sequence of its own whose score is one logit: cross-entropy over a question's choices.
 *
 * @param offsets [questions + 1 or more] where each question's sequences begin, and where the last one's end
 * @param right [questions or more] which of a question's choices, from 0, or {@link #UNKNOWN}
 * @param questions how many there are
 */
public record ChoiceTargets(int[] offsets, int[] right, int questions) implements Targets {
    @Override
    public double weight() {
        return count();
    }

    @Override
    public int count() {
        int known = 0;
        for (int question = 0; question < questions; question++) {
            known += right[question] == UNKNOWN ? 0 : 1;
        }
        return known;
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int question = 0; question < questions; question++) {
            if (right[question] != UNKNOWN) {
                sum += Softmax.lossOfColumn(
                        logits, 0, offsets[question], offsets[question + 1], offsets[question] + right[question]);
            }
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        gradient.fill(0);
        for (int question = 0; question < questions; question++) {
            if (right[question] != UNKNOWN) {
                Softmax.gradientOfColumn(
                        logits,
                        0,
                        offsets[question],
                        offsets[question + 1],
                        offsets[question] + right[question],
                        scale,
                        gradient);
            }
        }
        return loss(logits, narrow);
    }
}
