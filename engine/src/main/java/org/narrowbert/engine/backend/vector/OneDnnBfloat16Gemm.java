package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Bfloat16Products;
import org.narrowbert.ffm.matrix.NativeCallException;
import org.narrowbert.ffm.matrix.ProductShape;
import org.narrowbert.ffm.memory.NativeMemory;

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
    private final FixedPool.Task compute = this::compute;
    private final FixedPool.Task round = this::round;
    private NativeMemory leftRoom = NativeMemory.open(0);
    private NativeMemory rightRoom = NativeMemory.open(0);

    // The product under way.
    private final NativeProduct product = new NativeProduct();
    private final ProductSlices slices = new ProductSlices();
    private boolean rounds;
    private long a;
    private int aStride;
    private long b;
    private int bStride;

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
    }

    @Override
    public long workspaceBytes() {
        return leftRoom.segment().byteSize() + rightRoom.segment().byteSize();
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
        product.set(added, left, leftTransposed, right, rightTransposed, target, epilogue);
        try {
            rounds = product.depth() > 0 && library.rounds(product.shape());
            if (rounds) {
                leftRoom = atLeast(leftRoom, roundedBytes(left));
                a = leftRoom.address();
                aStride = left.columns();
                round(left, a);
                b = rounded(right, rightTransposed);
                bStride = right.columns();
                slices.set(target.rows(), target.columns());
            } else {
                a = left.address();
                aStride = left.stride();
                b = right.address();
                bStride = right.stride();
                slices.whole(target.rows(), target.columns());
            }
            pool.run(slices.count(), compute);
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
                    boolean made = panels.isMade(place);
                    long copy = panels.address(place, Math.ceilDiv(roundedBytes(right), Float.BYTES));
                    if (!made) {
                        round(right, copy);
                    }
                    return copy;
                }
            }
        }
        rightRoom = atLeast(rightRoom, roundedBytes(right));
        round(right, rightRoom.address());
        return rightRoom.address();
    }

    private long roundedBytes(Matrix matrix) {
        return (long) matrix.rows() * matrix.columns() * library.roundedBytes();
    }

    private static NativeMemory atLeast(NativeMemory room, long bytes) {
        if (bytes <= room.segment().byteSize()) {
            return room;
        }
        NativeMemory larger = NativeMemory.open(bytes);
        room.close();
        return larger;
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

    private void compute(int part, int worker) {
        int firstRow = slices.firstRow(part);
        int endRow = slices.endRow(part);
        int firstColumn = slices.firstColumn(part);
        int endColumn = slices.endColumn(part);
        if (product.depth() > 0) {
            ProductShape shape = product.shape(endRow - firstRow, endColumn - firstColumn, aStride, bStride);
            int bytes = rounds ? library.roundedBytes() : Float.BYTES;
            long left = a + product.leftOffset(firstRow, aStride) * bytes;
            long right = b + product.rightOffset(firstColumn, bStride) * bytes;
            long target = product.targetAt(firstRow, firstColumn);
            if (rounds) {
                library.multiplyRounded(worker, shape, left, right, target);
            } else {
                library.multiply(worker, shape, left, right, target);
            }
        }
        product.finish(firstRow, endRow, firstColumn, endColumn);
    }
}
