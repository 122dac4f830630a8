package org.narrowbert.model.finetuning;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * A right number a text: regression by the squared error.
 *
 * @param values [texts or more]
 * @param count number of texts
 */
public record ValueTargets(double[] values, int count) implements Targets {
    @Override
    public double weight() {
        return count;
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int row = 0; row < count; row++) {
            double error = logits.get(row, 0) - values[row];
            sum += error * error;
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        for (int row = 0; row < count; row++) {
            gradient.set(row, 0, scale * 2 * (logits.get(row, 0) - values[row]));
        }
        return loss(logits, narrow);
    }
}
