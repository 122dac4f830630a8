package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * A right number a text: regression by the squared error.
 *
 * @param values [texts or more] NaN where the number is not known
 * @param texts number of texts
 */
public record ValueTargets(double[] values, int texts) implements Targets {
    @Override
    public double weight() {
        return count();
    }

    @Override
    public int count() {
        int known = 0;
        for (int row = 0; row < texts; row++) {
            known += Double.isNaN(values[row]) ? 0 : 1;
        }
        return known;
    }

    /** By how much a text's logit is too high; 0 where the number is not known. */
    private double error(Matrix logits, int row) {
        return Double.isNaN(values[row]) ? 0 : logits.get(row, 0) - values[row];
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int row = 0; row < texts; row++) {
            double error = error(logits, row);
            sum += error * error;
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        for (int row = 0; row < texts; row++) {
            gradient.set(row, 0, scale * 2 * error(logits, row));
        }
        return loss(logits, narrow);
    }
}
