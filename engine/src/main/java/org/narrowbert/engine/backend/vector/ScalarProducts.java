package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Products C = addend + A B^T in plain loops over floats, with the bits of {@link GemmDriver}: the same fused multiply-adds over the same depth
 * blocks. Far slower than its kernels of vectors once those are compiled, but a loop of floats is compiled in milliseconds, whereas they take most
 * of a second of the compiler's time and run at a hundredth of their speed until then.
 */
final class ScalarProducts {
    /** Rows of B that a row of A meets together: as many sums as hide the latency of a multiply-add on two units. */
    static final int SUMS = 8;

    /** Columns of a task: many enough to outweigh its start, few enough to share a layer among threads. */
    private static final int TASK_COLUMNS = 8 * SUMS;

    private static final int ROW_FLOATS = GemmMicroKernel.ROW_FLOATS;
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;

    private final FixedPool pool;
    private final float[][] rightOf;
    private final float[][] leftOf;
    private final float[][] sumsOf;
    private final FixedPool.Task compute = this::compute;

    // The product under way.
    private final GemmBlocks blocks = new GemmBlocks();
    private long a;
    private int aStride;
    private long b;
    private int bStride;
    private boolean addendIsThere;
    private long addend;
    private int addendRowStep;
    private long c;
    private int cStride;
    private boolean rounds;
    private MatrixProducts.Epilogue epilogue = MatrixProducts.Epilogue.NONE;

    /** Products on a pool, which remains the caller's. */
    ScalarProducts(FixedPool pool) {
        this.pool = pool;
        rightOf = new float[pool.threads()][SUMS * ROW_FLOATS];
        leftOf = new float[pool.threads()][ROW_FLOATS];
        sumsOf = new float[pool.threads()][SUMS];
    }

    /**
     * Computes C = addend + A B^T; shapes have been checked.
     *
     * @param left A [rows, depth]
     * @param right B [columns, depth]
     * @param rounds whether B is rounded to bfloat16, as {@link Bfloat16Gemm} would
     * @param target C [rows, columns]; may be the addend
     */
    void multiply(
            Addend added, Matrix left, Matrix right, boolean rounds, Matrix target, MatrixProducts.Epilogue epilogue) {
        if (target.rows() == 0 || target.columns() == 0) {
            return;
        }
        blocks.set(target.rows(), target.columns(), left.columns(), false, 1, SUMS);
        a = left.address();
        aStride = left.stride();
        b = right.address();
        bStride = right.stride();
        addendIsThere = added.isThere();
        addend = added.address();
        addendRowStep = added.rowStep();
        c = target.address();
        cStride = target.stride();
        this.rounds = rounds;
        this.epilogue = epilogue;
        pool.run(Math.ceilDiv(blocks.columns, TASK_COLUMNS), compute);
        this.epilogue = MatrixProducts.Epilogue.NONE;
    }

    /** Some columns of C, all rows. */
    private void compute(int index, int worker) {
        int first = index * TASK_COLUMNS;
        int end = Math.min(first + TASK_COLUMNS, blocks.columns);
        for (int column = first; column < end; column += SUMS) {
            for (int depthBlock = 0; depthBlock < blocks.depthBlocks; depthBlock++) {
                columns(column, Math.min(SUMS, end - column), depthBlock, worker);
            }
        }
        epilogue.finish(0, blocks.rows, first, end);
    }

    /** Adds one depth block to up to {@link #SUMS} columns. Missing columns are summed from what the array held before, and left out. */
    private void columns(int column, int columns, int depthBlock, int worker) {
        int k = depthBlock * blocks.depthBlock;
        int depth = Math.min(blocks.depthBlock, blocks.depth - k);
        float[] right = rightOf[worker];
        float[] left = leftOf[worker];
        float[] sums = sumsOf[worker];
        for (int i = 0; i < columns; i++) {
            MemorySegment.copy(MEMORY, Lanes.FLOAT, at(b, bStride, column + i, k), right, i * ROW_FLOATS, depth);
            if (rounds) {
                round(right, i * ROW_FLOATS, depth);
            }
        }
        for (int row = 0; row < blocks.rows; row++) {
            MemorySegment.copy(MEMORY, Lanes.FLOAT, at(a, aStride, row, k), left, 0, depth);
            sum(left, 0, right, depth, sums);
            long to = at(c, cStride, row, column);
            for (int i = 0; i < columns; i++) {
                float start = depthBlock == 0 ? addend(row, column + i) : MEMORY.get(Lanes.FLOAT, to + 4L * i);
                MEMORY.set(Lanes.FLOAT, to + 4L * i, start + sums[i]);
            }
        }
    }

    private float addend(int row, int column) {
        return addendIsThere ? MEMORY.get(Lanes.FLOAT, at(addend, addendRowStep, row, column)) : 0;
    }

    private static void round(float[] values, int first, int count) {
        for (int i = first; i < first + count; i++) {
            values[i] = Bfloat16Panels.rounded(values[i]);
        }
    }

    /**
     * sums[i] = the sum over k of left[from + k] right[i ROW_FLOATS + k], in the kernels' order.
     *
     * @param depth numbers of k, up to a row's floats
     */
    static void sum(float[] left, int from, float[] right, int depth, float[] sums) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (int k = 0; k < depth; k++) {
            float x = left[from + k];
            s0 = Math.fma(x, right[k], s0);
            s1 = Math.fma(x, right[k + ROW_FLOATS], s1);
            s2 = Math.fma(x, right[k + 2 * ROW_FLOATS], s2);
            s3 = Math.fma(x, right[k + 3 * ROW_FLOATS], s3);
            s4 = Math.fma(x, right[k + 4 * ROW_FLOATS], s4);
            s5 = Math.fma(x, right[k + 5 * ROW_FLOATS], s5);
            s6 = Math.fma(x, right[k + 6 * ROW_FLOATS], s6);
            s7 = Math.fma(x, right[k + 7 * ROW_FLOATS], s7);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
    }

    private static long at(long base, int stride, int row, int column) {
        return base + ((long) row * stride + column) * Float.BYTES;
    }
}
