package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Cross-entropy of a decoder's softmax over the vocabulary, in chunks of columns: each chunk of logits is one matrix product into the caller's
 * scratch, and there is never a matrix as wide as the vocabulary. Of each row only the largest logit and the sum of exponentials live from chunk to
 * chunk.
 */
final class CrossEntropyKernels {
    private static final int ROWS_PER_TASK = 4;

    private final FixedPool pool;
    private final LinearKernels linear;

    /** Each row's largest logit so far; kept from call to call. */
    private float[] largest = new float[0];

    /** Each row's sum of e^(logit - largest) so far. */
    private double[] sums = new double[0];

    CrossEntropyKernels(FixedPool pool, LinearKernels linear) {
        this.pool = pool;
        this.linear = linear;
    }

    /** As {@link Kernels#crossEntropy}. */
    void crossEntropy(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix chunk,
            Matrix logSumExp,
            Matrix losses,
            Matrix correct) {
        check(input, weight, bias, labels, chunk, logSumExp);
        Checks.same("losses", losses, "logSumExp", logSumExp);
        Checks.same("correct", correct, "logSumExp", logSumExp);
        int rows = input.rows();
        if (rows == 0) {
            return;
        }
        if (largest.length < rows) {
            largest = new float[rows];
            sums = new double[rows];
        }
        int columns;
        for (int first = 0; first < weight.rows(); first += columns) {
            columns = Math.min(chunk.columns(), weight.rows() - first);
            Matrix logits = chunk.columns(0, columns);
            linear.linear(input, weight.rows(first, columns), bias.columns(first, columns), logits);
            int firstColumn = first;
            pool.run(tasks(rows), (task, worker) -> {
                int end = Math.min(rows, (task + 1) * ROWS_PER_TASK);
                for (int r = task * ROWS_PER_TASK; r < end; r++) {
                    add(r, logits, firstColumn, labels[r], losses, correct);
                }
            });
        }
        for (int r = 0; r < rows; r++) {
            double denominator = largest[r] + Math.log(sums[r]);
            long loss = row(losses.address(), r, losses.stride());
            float logit = AllMemory.SEGMENT.get(Lanes.FLOAT, loss);
            AllMemory.SEGMENT.set(Lanes.FLOAT, loss, (float) (denominator - logit));
            AllMemory.SEGMENT.set(Lanes.FLOAT, row(logSumExp.address(), r, logSumExp.stride()), (float) denominator);
            if (logit != largest[r]) {
                AllMemory.SEGMENT.set(Lanes.FLOAT, row(correct.address(), r, correct.stride()), 0);
            }
        }
    }

    /** As {@link Kernels#crossEntropyGradient}. */
    void crossEntropyGradient(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix chunk,
            Matrix logSumExp,
            Matrix lossGradient,
            Matrix inputGradient,
            boolean accumulateInput,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias) {
        check(input, weight, bias, labels, chunk, logSumExp);
        Checks.same("lossGradient", lossGradient, "logSumExp", logSumExp);
        Checks.same("inputGradient", inputGradient, "input", input);
        Checks.same("weightGradient", weightGradient, "weight", weight);
        Checks.same("biasGradient", biasGradient, "bias", bias);
        int rows = input.rows();
        int columns;
        for (int first = 0; first < weight.rows(); first += columns) {
            columns = Math.min(chunk.columns(), weight.rows() - first);
            Matrix logits = chunk.columns(0, columns);
            Matrix chunkWeight = weight.rows(first, columns);
            linear.linear(input, chunkWeight, bias.columns(first, columns), logits);
            int firstColumn = first;
            pool.run(tasks(rows), (task, worker) -> {
                int end = Math.min(rows, (task + 1) * ROWS_PER_TASK);
                for (int r = task * ROWS_PER_TASK; r < end; r++) {
                    differentiate(r, logits, firstColumn, labels[r], logSumExp, lossGradient);
                }
            });
            linear.linearInputGradient(logits, chunkWeight, inputGradient, accumulateInput || first > 0);
            linear.linearWeightGradient(input, logits, weightGradient.rows(first, columns), accumulateWeight);
            linear.biasGradient(logits, biasGradient.columns(first, columns), accumulateBias);
        }
    }

    /**
     * Adds a chunk to a row's largest logit and sum. When the label comes by, leaves its logit in the row's loss, and 1 in {@code correct} if
     * no logit before it is as large.
     */
    private void add(int r, Matrix logits, int firstColumn, int label, Matrix losses, Matrix correct) {
        long logitRow = row(logits.address(), r, logits.stride());
        int columns = logits.columns();
        float most = CrossEntropyRow.largest(logitRow, columns);
        float before = firstColumn == 0 ? Float.NEGATIVE_INFINITY : largest[r];
        if (label >= firstColumn && label < firstColumn + columns) {
            int place = label - firstColumn;
            float logit = AllMemory.SEGMENT.get(Lanes.FLOAT, logitRow + place * (long) Float.BYTES);
            boolean first = logit == most && logit > before && CrossEntropyRow.largest(logitRow, place) < logit;
            AllMemory.SEGMENT.set(Lanes.FLOAT, row(losses.address(), r, losses.stride()), logit);
            AllMemory.SEGMENT.set(Lanes.FLOAT, row(correct.address(), r, correct.stride()), first ? 1 : 0);
        }
        float now = before > most ? before : most;
        double sumBefore = firstColumn == 0 ? 0 : sums[r] * Math.exp((double) before - now);
        sums[r] = sumBefore + CrossEntropyRow.exponentials(logitRow, columns, now);
        largest[r] = now;
    }

    /** Turns a row of logits into their gradient, (probability - 1 at the label) * the loss' gradient. */
    private static void differentiate(
            int r, Matrix logits, int firstColumn, int label, Matrix logSumExp, Matrix lossGradient) {
        long logitRow = row(logits.address(), r, logits.stride());
        int columns = logits.columns();
        float denominator = AllMemory.SEGMENT.get(Lanes.FLOAT, row(logSumExp.address(), r, logSumExp.stride()));
        float factor = AllMemory.SEGMENT.get(Lanes.FLOAT, row(lossGradient.address(), r, lossGradient.stride()));
        boolean hasLabel = label >= firstColumn && label < firstColumn + columns;
        long atLabel = logitRow + (hasLabel ? label - firstColumn : 0) * (long) Float.BYTES;
        float logit = AllMemory.SEGMENT.get(Lanes.FLOAT, atLabel);
        CrossEntropyRow.exponentials(logitRow, columns, denominator);
        RowMoves.scale(logitRow, factor, logitRow, columns);
        if (hasLabel) {
            // Of a label that is nearly certain, probability - 1 would keep few digits.
            double gradient = Math.expm1((double) logit - denominator) * factor;
            AllMemory.SEGMENT.set(Lanes.FLOAT, atLabel, (float) gradient);
        }
    }

    private static int tasks(int rows) {
        return (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    }

    private static void check(Matrix input, Matrix weight, Matrix bias, int[] labels, Matrix chunk, Matrix logSumExp) {
        Checks.float32("input", input);
        Checks.shape("weight", weight, weight.rows(), input.columns());
        Checks.shape("bias", bias, 1, weight.rows());
        Checks.shape("chunk", chunk, input.rows(), chunk.columns());
        Checks.shape("logSumExp", logSumExp, input.rows(), 1);
        Checks.indices("labels", labels, input.rows(), "weight", weight.rows());
        if (chunk.columns() == 0) {
            throw new IllegalArgumentException("chunk is " + chunk.shape() + ": 1 column or more is needed");
        }
    }
}
