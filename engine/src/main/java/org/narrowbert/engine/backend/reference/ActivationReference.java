package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.tensor.ActivationFunction;

/** Activation functions and their derivatives in double. */
public final class ActivationReference {
    private static final double SQRT_2 = Math.sqrt(2);
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private ActivationReference() {}

    public static double value(ActivationFunction function, double x) {
        return switch (function) {
            case GELU -> x * normalDistribution(x);
            case GELU_NEW -> 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + CUBIC * x * x * x)));
            case RELU -> Math.max(0, x);
            case SILU -> x * sigmoid(x);
            case TANH -> Math.tanh(x);
        };
    }

    public static double derivative(ActivationFunction function, double x) {
        return switch (function) {
            case GELU -> normalDistribution(x) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
            case GELU_NEW -> {
                double tanh = Math.tanh(SQRT_2_OVER_PI * (x + CUBIC * x * x * x));
                yield 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * SQRT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
            }
            case RELU -> x > 0 ? 1 : 0;
            case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
        };
    }

    /** Phi(x), the share of a standard normal distribution below x. */
    private static double normalDistribution(double x) {
        return 0.5 * complementaryError(-x / SQRT_2);
    }

    /**
     * erfc(x) to about 1e-15 relative: the Taylor series of erf near 0, the continued fraction of erfc (Abramowitz and Stegun 7.1.14) further
     * out.
     */
    private static double complementaryError(double x) {
        if (x < 0) {
            return 2 - complementaryError(-x);
        }
        if (x < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 1 - 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = x;
        for (int k = 120; k >= 1; k--) {
            fraction = x + 0.5 * k / fraction;
        }
        return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
