package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;

/** Affine maps, activation functions and their gradients. */
final class LinearReference {
    private LinearReference() {}

    static void linear(Matrix input, Matrix weight, Matrix bias, Matrix output) {
        Check.shape("weight", weight, output.columns(), input.columns());
        Check.shape("bias", bias, 1, output.columns());
        Check.shape("output", output, input.rows(), output.columns());
        for (int row = 0; row < input.rows(); row++) {
            for (int out = 0; out < output.columns(); out++) {
                double sum = bias.get(0, out);
                for (int in = 0; in < input.columns(); in++) {
                    sum += input.get(row, in) * weight.get(out, in);
                }
                output.set(row, out, sum);
            }
        }
    }

    static void linearActivation(
            ActivationFunction function,
            Matrix input,
            Matrix weight,
            Matrix bias,
            Matrix preActivation,
            Matrix output) {
        linear(input, weight, bias, preActivation);
        for (int row = 0; row < output.rows(); row++) {
            for (int column = 0; column < output.columns(); column++) {
                output.set(row, column, ActivationReference.value(function, preActivation.get(row, column)));
            }
        }
    }

    static void activationGradient(
            ActivationFunction function, Matrix preActivation, Matrix outputGradient, Matrix gradient) {
        Check.shape("outputGradient", outputGradient, preActivation.rows(), preActivation.columns());
        Check.shape("gradient", gradient, preActivation.rows(), preActivation.columns());
        for (int row = 0; row < gradient.rows(); row++) {
            for (int column = 0; column < gradient.columns(); column++) {
                double slope = ActivationReference.derivative(function, preActivation.get(row, column));
                gradient.set(row, column, outputGradient.get(row, column) * slope);
            }
        }
    }

    static void inputGradient(Matrix outputGradient, Matrix weight, Matrix inputGradient, boolean accumulate) {
        Check.shape("weight", weight, outputGradient.columns(), inputGradient.columns());
        Check.shape("inputGradient", inputGradient, outputGradient.rows(), inputGradient.columns());
        for (int row = 0; row < inputGradient.rows(); row++) {
            for (int in = 0; in < inputGradient.columns(); in++) {
                double sum = accumulate ? inputGradient.get(row, in) : 0;
                for (int out = 0; out < outputGradient.columns(); out++) {
                    sum += outputGradient.get(row, out) * weight.get(out, in);
                }
                inputGradient.set(row, in, sum);
            }
        }
    }

    static void weightGradient(Matrix input, Matrix outputGradient, Matrix weightGradient, boolean accumulate) {
        Check.shape("outputGradient", outputGradient, input.rows(), weightGradient.rows());
        Check.shape("weightGradient", weightGradient, weightGradient.rows(), input.columns());
        for (int out = 0; out < weightGradient.rows(); out++) {
            for (int in = 0; in < weightGradient.columns(); in++) {
                double sum = accumulate ? weightGradient.get(out, in) : 0;
                for (int row = 0; row < input.rows(); row++) {
                    sum += outputGradient.get(row, out) * input.get(row, in);
                }
                weightGradient.set(out, in, sum);
            }
        }
    }

    static void biasGradient(Matrix outputGradient, Matrix biasGradient, boolean accumulate) {
        Check.shape("biasGradient", biasGradient, 1, outputGradient.columns());
        for (int out = 0; out < outputGradient.columns(); out++) {
            double sum = accumulate ? biasGradient.get(0, out) : 0;
            for (int row = 0; row < outputGradient.rows(); row++) {
                sum += outputGradient.get(row, out);
            }
            biasGradient.set(0, out, sum);
        }
    }
}
