package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.tensor.Matrix;

/** AdamW and the sum of squares, element by element. */
final class OptimizerReference {
    private OptimizerReference() {}

    static double sumOfSquares(Matrix matrix) {
        double sum = 0;
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                sum += matrix.get(row, column) * matrix.get(row, column);
            }
        }
        return sum;
    }

    static void adamW(AdamWStep step, Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment) {
        Check.shape("gradient", gradient, parameter.rows(), parameter.columns());
        Check.shape("firstMoment", firstMoment, parameter.rows(), parameter.columns());
        Check.shape("secondMoment", secondMoment, parameter.rows(), parameter.columns());
        for (int row = 0; row < parameter.rows(); row++) {
            for (int column = 0; column < parameter.columns(); column++) {
                double g = gradient.get(row, column) * step.gradientScale();
                double m = step.beta1() * firstMoment.get(row, column) + (1 - step.beta1()) * g;
                double v = step.beta2() * secondMoment.get(row, column) + (1 - step.beta2()) * g * g;
                double decayed = parameter.get(row, column) * (1 - step.learningRate() * step.weightDecay());
                double denominator = Math.sqrt(v) / Math.sqrt(step.correction2()) + step.epsilon();
                firstMoment.set(row, column, m);
                secondMoment.set(row, column, v);
                parameter.set(row, column, decayed - step.learningRate() / step.correction1() * m / denominator);
            }
        }
    }
}
