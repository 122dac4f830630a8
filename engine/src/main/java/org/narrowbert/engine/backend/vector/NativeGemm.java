package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Bfloat16Products;
import org.narrowbert.ffm.matrix.NativeCallException;
import org.narrowbert.ffm.matrix.NativeProducts;
import org.narrowbert.ffm.matrix.ProductShape;

/**
 * Matrix products by a native library; what is added by rows, and what follows, is done by our own kernels in one pass over C afterwards.
 *
 * <p>Bits are the library's: the same for the same library, kind of processor and number of threads, and no more is promised.
 */
final class NativeGemm implements MatrixProducts {
    /** Elements of C that one task of the pass afterwards looks at, about: they stay in a core's cache. */
    private static final int TASK_ELEMENTS = 1 << 14;

    private final FixedPool pool;
    private final NativeProducts library;
    private final FixedPool.Task finish = this::finish;
    private final List<PackedPanels> kept = new ArrayList<>();

    // The product under way.
    private long addend;
    private int addendStride;
    private boolean addsAfterwards;
    private long c;
    private int cStride;
    private int rows;
    private int columns;
    private int taskRows;
    private Epilogue epilogue = Epilogue.NONE;

    /**
     * Takes over a library's products.
     *
     * @param pool the threads of the pass afterwards; remains the caller's
     * @param library computes the products; closed with this
     */
    NativeGemm(FixedPool pool, NativeProducts library) {
        this.pool = pool;
        this.library = library;
    }

    /** What a library keeps for itself is not known. */
    @Override
    public long workspaceBytes() {
        return 0;
    }

    @Override
    public void multiply(
            Addend added,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            Epilogue epilogue) {
        if (target.rows() == 0 || target.columns() == 0) {
            return;
        }
        c = target.address();
        cStride = target.stride();
        rows = target.rows();
        columns = target.columns();
        addend = added.address();
        addendStride = added.rowStep();
        boolean accumulates = added.isThere() && addend == c && addendStride == cStride;
        addsAfterwards = added.isThere() && !accumulates;
        int depth = leftTransposed ? left.rows() : left.columns();
        if (depth > 0) {
            ProductShape shape = new ProductShape(
                    rows,
                    columns,
                    depth,
                    leftTransposed,
                    left.stride(),
                    rightTransposed,
                    right.stride(),
                    cStride,
                    accumulates);
            try {
                compute(shape, left, right);
            } catch (NativeCallException refused) {
                throw new RunError(refused.getMessage() + ": use the products in Java, --gemm panama", refused);
            }
        } else if (!accumulates) {
            for (int row = 0; row < rows; row++) {
                RowMoves.zero(Checks.row(c, row, cStride), columns);
            }
        }
        if (addsAfterwards || !epilogue.equals(Epilogue.NONE)) {
            this.epilogue = epilogue;
            taskRows = Math.max(1, TASK_ELEMENTS / columns);
            pool.run(Math.ceilDiv(rows, taskRows), finish);
            this.epilogue = Epilogue.NONE;
        }
    }

    /** Copies are worth while where operands are rounded: a weight's need not be made again in every product. */
    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        if (!(library instanceof Bfloat16Products)) {
            return PackedWeights.NONE;
        }
        PackedPanels rounded = new PackedPanels(weights, kept::remove);
        kept.add(rounded);
        return rounded;
    }

    private void compute(ProductShape shape, Matrix left, Matrix right) {
        if (library instanceof Bfloat16Products rounding && shape.bTransposed() && rounding.rounds(shape)) {
            for (PackedPanels rounded : kept) {
                int place = rounded.find(right);
                if (place >= 0) {
                    boolean made = rounded.isMade(place);
                    long bytes = rounding.roundedBytes(right.rows(), right.columns());
                    long copy = rounded.address(place, Math.ceilDiv(bytes, Float.BYTES));
                    if (!made) {
                        rounding.round(right.rows(), right.columns(), right.stride(), right.address(), copy);
                    }
                    rounding.multiplyRounded(shape, left.address(), copy, c);
                    return;
                }
            }
        }
        library.multiply(shape, left.address(), right.address(), c);
    }

    @Override
    public void close() {
        library.close();
    }

    private void finish(int task, int worker) {
        int first = task * taskRows;
        int end = Math.min(rows, first + taskRows);
        if (addsAfterwards) {
            for (int row = first; row < end; row++) {
                RowMoves.add(Checks.row(addend, row, addendStride), Checks.row(c, row, cStride), columns);
            }
        }
        epilogue.finish(first, end, 0, columns);
    }
}
