package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** LayerNorm with and without a residual connection, row by row. */
final class NormalizeReference {
    private NormalizeReference() {}

    static void addNormalize(
            Rows rows,
            Matrix input,
            Matrix residual,
            DropoutMask dropout,
            Matrix weight,
            Matrix bias,
            float epsilon,
            Matrix sum,
            Matrix statistics,
            Matrix output) {
        Check.shape("input", input, rows.count(), weight.columns());
        Check.shape("residual", residual, rows.count(), weight.columns());
        for (int row = 0; row < rows.count(); row++) {
            for (int column = 0; column < input.columns(); column++) {
                double kept = factor(dropout, rows.token(row), column);
                sum.set(row, column, residual.get(row, column) + kept * input.get(row, column));
            }
            statistics(sum, row, epsilon, statistics);
            for (int column = 0; column < input.columns(); column++) {
                output.set(
                        row,
                        column,
                        normalized(sum, statistics, row, column) * weight.get(0, column) + bias.get(0, column));
            }
        }
    }

    static void addNormalizeGradient(
            Rows rows,
            Matrix sum,
            Matrix statistics,
            DropoutMask dropout,
            Matrix weight,
            Matrix outputGradient,
            Matrix inputGradient,
            Matrix residualGradient,
            boolean accumulateResidual,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias) {
        clear(weightGradient, accumulateWeight);
        clear(biasGradient, accumulateBias);
        for (int row = 0; row < rows.count(); row++) {
            double[] given = new double[sum.columns()];
            for (int column = 0; column < given.length; column++) {
                given[column] = outputGradient.get(row, column);
            }
            double[] sumGradient = sumGradient(sum, statistics, weight, row, given, weightGradient, biasGradient);
            for (int column = 0; column < given.length; column++) {
                put(residualGradient, row, column, sumGradient[column], accumulateResidual);
                inputGradient.set(row, column, sumGradient[column] * factor(dropout, rows.token(row), column));
            }
        }
    }

    static void normalize(
            Rows rows,
            Matrix input,
            Matrix weight,
            Matrix bias,
            float epsilon,
            DropoutMask dropout,
            Matrix statistics,
            Matrix output) {
        Check.shape("input", input, rows.count(), weight.columns());
        for (int row = 0; row < rows.count(); row++) {
            statistics(input, row, epsilon, statistics);
            for (int column = 0; column < input.columns(); column++) {
                double value = normalized(input, statistics, row, column) * weight.get(0, column) + bias.get(0, column);
                output.set(row, column, value * factor(dropout, rows.token(row), column));
            }
        }
    }

    static void normalizeGradient(
            Rows rows,
            Matrix input,
            Matrix statistics,
            DropoutMask dropout,
            Matrix weight,
            Matrix outputGradient,
            Matrix inputGradient,
            boolean accumulateInput,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias) {
        clear(weightGradient, accumulateWeight);
        clear(biasGradient, accumulateBias);
        for (int row = 0; row < rows.count(); row++) {
            double[] given = new double[input.columns()];
            for (int column = 0; column < given.length; column++) {
                given[column] = outputGradient.get(row, column) * factor(dropout, rows.token(row), column);
            }
            double[] gradient = sumGradient(input, statistics, weight, row, given, weightGradient, biasGradient);
            for (int column = 0; column < given.length; column++) {
                put(inputGradient, row, column, gradient[column], accumulateInput);
            }
        }
    }

    /** The gradient of the row that was normalized; adds to the gradients of weight and bias. */
    private static double[] sumGradient(
            Matrix sum,
            Matrix statistics,
            Matrix weight,
            int row,
            double[] given,
            Matrix weightGradient,
            Matrix biasGradient) {
        int columns = given.length;
        double mean = 0;
        double meanOfProduct = 0;
        for (int column = 0; column < columns; column++) {
            double normalized = normalized(sum, statistics, row, column);
            weightGradient.add(0, column, given[column] * normalized);
            biasGradient.add(0, column, given[column]);
            mean += given[column] * weight.get(0, column) / columns;
            meanOfProduct += given[column] * weight.get(0, column) * normalized / columns;
        }
        double[] gradient = new double[columns];
        for (int column = 0; column < columns; column++) {
            double normalized = normalized(sum, statistics, row, column);
            gradient[column] = statistics.get(row, 1)
                    * (given[column] * weight.get(0, column) - mean - normalized * meanOfProduct);
        }
        return gradient;
    }

    private static void statistics(Matrix values, int row, float epsilon, Matrix statistics) {
        double mean = 0;
        for (int column = 0; column < values.columns(); column++) {
            mean += values.get(row, column) / values.columns();
        }
        double variance = 0;
        for (int column = 0; column < values.columns(); column++) {
            double centred = values.get(row, column) - mean;
            variance += centred * centred / values.columns();
        }
        statistics.set(row, 0, mean);
        statistics.set(row, 1, 1 / Math.sqrt(variance + epsilon));
    }

    private static double normalized(Matrix values, Matrix statistics, int row, int column) {
        return (values.get(row, column) - statistics.get(row, 0)) * statistics.get(row, 1);
    }

    /** What dropout multiplies an element by. */
    static double factor(DropoutMask dropout, int token, int column) {
        if (!dropout.active()) {
            return 1;
        }
        return dropout.keeps(dropout.rowKey(token), column) ? 1 / (1 - (double) dropout.rate()) : 0;
    }

    private static void put(Matrix gradient, int row, int column, double value, boolean accumulate) {
        gradient.set(row, column, accumulate ? gradient.get(row, column) + value : value);
    }

    private static void clear(Matrix gradient, boolean accumulate) {
        if (!accumulate) {
            gradient.fill(0);
        }
    }
}
