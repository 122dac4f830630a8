package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import java.lang.foreign.ValueLayout;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.AllMemory;

/** LayerNorm, alone and fused with residual and dropout, and its gradients: every matrix goes through memory once. */
final class NormalizeKernels implements AutoCloseable {
    /** Rows of one forward task: enough to outweigh its start, few enough to share out small batches. */
    private static final int ROWS_PER_TASK = 8;

    /** A weight's and a bias' gradient. */
    private static final int SUMS = 2;

    private static final int WEIGHT = 0;
    private static final int BIAS = 1;

    private final FixedPool pool;
    private final ParameterSums sums = new ParameterSums();
    private final Scratch workerRows = new Scratch();
    private final Scratch columnTable = new Scratch();
    private final NormalizeRowGradient.Operands[] operands;

    /** The dropout columns of the call under way. */
    private long table;

    NormalizeKernels(FixedPool pool) {
        this.pool = pool;
        operands = new NormalizeRowGradient.Operands[pool.threads()];
        for (int worker = 0; worker < operands.length; worker++) {
            operands[worker] = new NormalizeRowGradient.Operands();
        }
    }

    /** Makes room for rows up to a number of columns. */
    void reserve(int columns, boolean gradients) {
        columnTable.reserve(DropoutLanes.tableBytes(columns));
        if (gradients) {
            workerRows.reserve(pool.threads() * rowBytes(columns));
            sums.reserve(columns, SUMS);
        }
    }

    /** Off-heap bytes kept between calls. */
    long workspaceBytes() {
        return sums.bytes() + workerRows.bytes() + columnTable.bytes();
    }

    /** As {@link Kernels#addNormalize}. */
    void addNormalize(
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
        int columns = input.columns();
        checkForward(rows, input, weight, bias, statistics, output);
        Checks.same("residual", residual, "input", input);
        Checks.same("sum", sum, "input", input);
        beginDropout(dropout, columns);
        long inputs = input.address();
        long residuals = residual.address();
        long sumRows = sum.address();
        pool.run(tasks(rows.count()), (task, worker) -> {
            int end = Math.min(rows.count(), (task + 1) * ROWS_PER_TASK);
            for (int r = task * ROWS_PER_TASK; r < end; r++) {
                long sumRow = row(sumRows, r, sum.stride());
                long from = row(inputs, r, input.stride());
                long to = row(residuals, r, residual.stride());
                if (dropout.active()) {
                    drop(from, sumRow, columns, dropout, rows.token(r));
                    from = sumRow;
                }
                float total = NormalizeRow.add(from, to, sumRow, columns);
                normalizeRow(sumRow, total, r, weight, bias, epsilon, statistics, output);
            }
        });
    }

    /** As {@link Kernels#normalize}. */
    void normalize(
            Rows rows,
            Matrix input,
            Matrix weight,
            Matrix bias,
            float epsilon,
            DropoutMask dropout,
            Matrix statistics,
            Matrix output) {
        int columns = input.columns();
        checkForward(rows, input, weight, bias, statistics, output);
        beginDropout(dropout, columns);
        long inputs = input.address();
        pool.run(tasks(rows.count()), (task, worker) -> {
            int end = Math.min(rows.count(), (task + 1) * ROWS_PER_TASK);
            for (int r = task * ROWS_PER_TASK; r < end; r++) {
                long inputRow = row(inputs, r, input.stride());
                float total = NormalizeRow.total(inputRow, columns);
                normalizeRow(inputRow, total, r, weight, bias, epsilon, statistics, output);
                if (dropout.active()) {
                    long outputRow = row(output.address(), r, output.stride());
                    drop(outputRow, outputRow, columns, dropout, rows.token(r));
                }
            }
        });
    }

    /** As {@link Kernels#addNormalizeGradient}. */
    void addNormalizeGradient(
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
        int columns = sum.columns();
        checkGradient(rows, sum, statistics, weight, outputGradient, inputGradient, weightGradient, biasGradient);
        Checks.same("residualGradient", residualGradient, "sum", sum);
        beginDropout(dropout, columns);
        int chunks = sums.begin(rows.count(), columns, SUMS);
        pool.run(chunks, (chunk, worker) -> {
            long partial = beginPartial(chunk, columns);
            NormalizeRowGradient.Operands o = operands[worker];
            for (int r = sums.first(chunk); r < sums.end(chunk); r++) {
                long copy = row(inputGradient.address(), r, inputGradient.stride());
                long target = row(residualGradient.address(), r, residualGradient.stride());
                set(o, r, sum, statistics, weight, row(outputGradient.address(), r, outputGradient.stride()));
                NormalizeRowGradient.sums(o);
                NormalizeRowGradient.addToParameters(o, partial, partial + (long) columns * Float.BYTES);
                NormalizeRowGradient.apply(o, copy);
                RowMoves.put(copy, target, columns, accumulateResidual);
                if (dropout.active()) {
                    drop(copy, copy, columns, dropout, rows.token(r));
                }
            }
        });
        sums.end(pool, chunks, SUMS, WEIGHT, weightGradient, accumulateWeight);
        sums.end(pool, chunks, SUMS, BIAS, biasGradient, accumulateBias);
    }

    /** As {@link Kernels#normalizeGradient}. */
    void normalizeGradient(
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
        int columns = input.columns();
        checkGradient(rows, input, statistics, weight, outputGradient, inputGradient, weightGradient, biasGradient);
        long rowBytes = rowBytes(columns);
        long scratchRows = workerRows.reserve(pool.threads() * rowBytes);
        beginDropout(dropout, columns);
        int chunks = sums.begin(rows.count(), columns, SUMS);
        pool.run(chunks, (chunk, worker) -> {
            long partial = beginPartial(chunk, columns);
            NormalizeRowGradient.Operands o = operands[worker];
            long rowScratch = scratchRows + worker * rowBytes;
            for (int r = sums.first(chunk); r < sums.end(chunk); r++) {
                long gradient = row(outputGradient.address(), r, outputGradient.stride());
                if (dropout.active()) {
                    drop(gradient, rowScratch, columns, dropout, rows.token(r));
                    gradient = rowScratch;
                }
                long target = row(inputGradient.address(), r, inputGradient.stride());
                set(o, r, input, statistics, weight, gradient);
                NormalizeRowGradient.sums(o);
                NormalizeRowGradient.addToParameters(o, partial, partial + (long) columns * Float.BYTES);
                NormalizeRowGradient.apply(o, accumulateInput ? rowScratch : target);
                if (accumulateInput) {
                    RowMoves.add(rowScratch, target, columns);
                }
            }
        });
        sums.end(pool, chunks, SUMS, WEIGHT, weightGradient, accumulateWeight);
        sums.end(pool, chunks, SUMS, BIAS, biasGradient, accumulateBias);
    }

    private static long rowBytes(int columns) {
        return (columns * (long) Float.BYTES + 63) & -64;
    }

    private void beginDropout(DropoutMask dropout, int columns) {
        if (dropout.active()) {
            table = columnTable.reserve(DropoutLanes.tableBytes(columns));
            DropoutLanes.setColumns(table, columns);
        }
    }

    private void drop(long source, long target, int columns, DropoutMask dropout, int token) {
        DropoutLanes.drop(source, target, columns, table, dropout, dropout.rowKey(token), dropout.scale());
    }

    private static int tasks(int rows) {
        return (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    }

    /** Everything after the row's total is known. */
    private static void normalizeRow(
            long values,
            float total,
            int r,
            Matrix weight,
            Matrix bias,
            float epsilon,
            Matrix statistics,
            Matrix output) {
        int columns = output.columns();
        float mean = total / columns;
        float variance = NormalizeRow.squares(values, columns, mean) / columns;
        float inverseDeviation = (float) (1 / Math.sqrt((double) variance + epsilon));
        long statistic = row(statistics.address(), r, statistics.stride());
        AllMemory.SEGMENT.set(ValueLayout.JAVA_FLOAT, statistic, mean);
        AllMemory.SEGMENT.set(ValueLayout.JAVA_FLOAT, statistic + Float.BYTES, inverseDeviation);
        long target = row(output.address(), r, output.stride());
        NormalizeRow.scale(values, columns, mean, inverseDeviation, weight.address(), bias.address(), target);
    }

    private long beginPartial(int chunk, int columns) {
        long partial = sums.partial(chunk, SUMS);
        RowMoves.zero(partial, SUMS * columns);
        return partial;
    }

    private static void set(
            NormalizeRowGradient.Operands o, int r, Matrix values, Matrix statistics, Matrix weight, long gradient) {
        long statistic = row(statistics.address(), r, statistics.stride());
        o.row = row(values.address(), r, values.stride());
        o.gradient = gradient;
        o.weight = weight.address();
        o.columns = values.columns();
        o.mean = AllMemory.SEGMENT.get(ValueLayout.JAVA_FLOAT, statistic);
        o.inverseDeviation = AllMemory.SEGMENT.get(ValueLayout.JAVA_FLOAT, statistic + Float.BYTES);
    }

    private static void checkForward(
            Rows rows, Matrix input, Matrix weight, Matrix bias, Matrix statistics, Matrix output) {
        Checks.shape("input", input, rows.count(), input.columns());
        Checks.shape("weight", weight, 1, input.columns());
        Checks.shape("bias", bias, 1, input.columns());
        Checks.shape("statistics", statistics, rows.count(), 2);
        Checks.same("output", output, "input", input);
    }

    private static void checkGradient(
            Rows rows,
            Matrix values,
            Matrix statistics,
            Matrix weight,
            Matrix outputGradient,
            Matrix inputGradient,
            Matrix weightGradient,
            Matrix biasGradient) {
        Checks.shape("values", values, rows.count(), values.columns());
        Checks.shape("statistics", statistics, rows.count(), 2);
        Checks.shape("weight", weight, 1, values.columns());
        Checks.same("outputGradient", outputGradient, "values", values);
        Checks.same("inputGradient", inputGradient, "values", values);
        Checks.same("weightGradient", weightGradient, "weight", weight);
        Checks.same("biasGradient", biasGradient, "weight", weight);
    }

    @Override
    public void close() {
        sums.close();
        workerRows.close();
        columnTable.close();
    }
}
