package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;

/** Softmax and cross-entropy over some elements of a matrix of logits, in double. */
public final class Softmax {
    private Softmax() {}

    /** log of the sum of the exponentials of a row. */
    public static double logSumExpOfRow(Matrix logits, int row) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int column = 0; column < logits.columns(); column++) {
            largest = Math.max(largest, logits.get(row, column));
        }
        double sum = 0;
        for (int column = 0; column < logits.columns(); column++) {
            sum += Math.exp(logits.get(row, column) - largest);
        }
        return largest + Math.log(sum);
    }

    /** log of the sum of the exponentials of some rows of a column. */
    public static double logSumExpOfColumn(Matrix logits, int column, int firstRow, int endRow) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int row = firstRow; row < endRow; row++) {
            largest = Math.max(largest, logits.get(row, column));
        }
        double sum = 0;
        for (int row = firstRow; row < endRow; row++) {
            sum += Math.exp(logits.get(row, column) - largest);
        }
        return largest + Math.log(sum);
    }

    /** Cross-entropy over some rows of a column, one of which is right. */
    static double lossOfColumn(Matrix logits, int column, int firstRow, int endRow, int right) {
        return logSumExpOfColumn(logits, column, firstRow, endRow) - logits.get(right, column);
    }

    /** The gradient of {@link #lossOfColumn} times a scale. */
    static void gradientOfColumn(
            Matrix logits, int column, int firstRow, int endRow, int right, double scale, Matrix gradient) {
        double total = logSumExpOfColumn(logits, column, firstRow, endRow);
        for (int row = firstRow; row < endRow; row++) {
            double probability = Math.exp(logits.get(row, column) - total);
            gradient.set(row, column, scale * (probability - (row == right ? 1 : 0)));
        }
    }
}
