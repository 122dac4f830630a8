package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Bfloat16Products;
import org.narrowbert.ffm.matrix.NativeCallException;

/**
 * Matrix products by oneDNN of operands rounded to bfloat16, computed as {@link OneDnnGemm}'s. An operand is rounded once for each product, a weight that is kept once
 * and for all.
 */
final class OneDnnBfloat16Gemm implements MatrixProducts {
    /** Elements that one task rounds, about. */
    private static final int TASK_ELEMENTS = 1 << 15;

    private final FixedPool pool;
    private final Bfloat16Products library;
    private final List<PackedPanels> kept = new ArrayList<>();
    private final FixedPool.Task round = this::round;
    private final SlicedProduct sliced;
    private final SlicedProduct.Part exact;
    private final SlicedProduct.Part rounding;
    private final Scratch leftRoom = new Scratch();
    private final Scratch rightRoom = new Scratch();

    // The matrix that is rounded.
    private long source;
    private int sourceStride;
    private int sourceRows;
    private int sourceColumns;
    private int taskRows;
    private long rounded;

    /** Uses the oneDNN that was found; the pool remains the caller's. */
    OneDnnBfloat16Gemm(FixedPool pool) {
        this.pool = pool;
        library = Bfloat16Products.open(pool.threads());
        sliced = new SlicedProduct(pool);
        exact = library::multiply;
        rounding = library::multiplyRounded;
    }

    @Override
    public long workspaceBytes() {
        return leftRoom.bytes() + rightRoom.bytes() + library.workspaceBytes();
    }

    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        PackedPanels panels = new PackedPanels(weights, kept::remove);
        kept.add(panels);
        return panels;
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
        NativeProduct product = sliced.product();
        product.set(added, left, leftTransposed, right, rightTransposed, target, epilogue);
        try {
            if (product.depth() > 0 && library.rounds(product.shape())) {
                long a = leftRoom.reserve(roundedBytes(left));
                round(left, a);
                long b = rounded(right, rightTransposed);
                sliced.run(rounding, library.roundedBytes(), a, left.columns(), b, right.columns());
            } else {
                sliced.run(exact, Float.BYTES, left.address(), left.stride(), right.address(), right.stride());
            }
        } catch (NativeCallException refused) {
            throw OneDnnGemm.refusal(refused);
        } finally {
            product.end();
        }
    }

    /** The rounded B: one that is kept, or one made for this product. */
    private long rounded(Matrix right, boolean transposed) {
        if (transposed) {
            for (PackedPanels panels : kept) {
                int place = panels.find(right);
                if (place >= 0) {
                    long copy = panels.address(place, Math.ceilDiv(roundedBytes(right), Float.BYTES));
                    if (!panels.isMade(place)) {
                        round(right, copy);
                        panels.setMade(place);
                    }
                    return copy;
                }
            }
        }
        long copy = rightRoom.reserve(roundedBytes(right));
        round(right, copy);
        return copy;
    }

    private long roundedBytes(Matrix matrix) {
        return (long) matrix.rows() * matrix.columns() * library.roundedBytes();
    }

    private void round(Matrix matrix, long target) {
        source = matrix.address();
        sourceStride = matrix.stride();
        sourceRows = matrix.rows();
        sourceColumns = matrix.columns();
        rounded = target;
        taskRows = Math.max(1, TASK_ELEMENTS / sourceColumns);
        pool.run(Math.ceilDiv(sourceRows, taskRows), round);
    }

    @Override
    public void close() {
        library.close();
        leftRoom.close();
        rightRoom.close();
    }

    private void round(int task, int worker) {
        int first = task * taskRows;
        library.round(
                worker,
                Math.min(taskRows, sourceRows - first),
                sourceColumns,
                sourceStride,
                Checks.row(source, first, sourceStride),
                rounded + (long) first * sourceColumns * library.roundedBytes());
    }
}
