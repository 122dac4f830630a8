package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * Any number of right labels a text. The loss is the binary cross-entropy of each label, a mean over texts and labels.
 *
 * @param present [texts * labels or more] 1 where a text has a label, otherwise 0; text after text. NaN in all of a text whose labels are not known
 * @param texts number of texts
 * @param labels number of labels
 */
public record MultiLabelTargets(float[] present, int texts, int labels) implements Targets {
    @Override
    public double weight() {
        return (double) count() * labels;
    }

    @Override
    public int count() {
        int known = 0;
        for (int text = 0; text < texts; text++) {
            known += isKnown(text) ? 1 : 0;
        }
        return known;
    }

    private boolean isKnown(int text) {
        return !Float.isNaN(present[text * labels]);
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int text = 0; text < texts; text++) {
            for (int label = 0; label < labels && isKnown(text); label++) {
                double logit = logits.get(text, label);
                // log(1 + exp(x)) - target x, without overflow on either side
                sum += Math.max(logit, 0)
                        - logit * present[text * labels + label]
                        + Math.log1p(Math.exp(-Math.abs(logit)));
            }
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        gradient.fill(0);
        for (int text = 0; text < texts; text++) {
            for (int label = 0; label < labels && isKnown(text); label++) {
                double probability = 1 / (1 + Math.exp(-logits.get(text, label)));
                gradient.set(text, label, scale * (probability - present[text * labels + label]));
            }
        }
        return loss(logits, narrow);
    }
}
