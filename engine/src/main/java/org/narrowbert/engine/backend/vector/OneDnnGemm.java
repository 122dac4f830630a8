package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.NativeCallException;
import org.narrowbert.ffm.matrix.OneDnnProducts;

/**
 * Matrix products of float32 by oneDNN: each thread of ours computes parts of C with it, and finishes them while they lie in its cache. Threads of the library's
 * own would compete with ours, which wait for the next kernel.
 *
 * <p>Parts do not depend on the number of threads, so bits are the same for the same library and kind of processor.
 */
final class OneDnnGemm implements MatrixProducts {
    private final FixedPool pool;
    private final OneDnnProducts library;
    private final FixedPool.Task compute = this::compute;

    // The product under way.
    private final NativeProduct product = new NativeProduct();
    private final ProductSlices slices = new ProductSlices();
    private long a;
    private long b;

    /** Uses the oneDNN that was found; the pool remains the caller's. */
    OneDnnGemm(FixedPool pool) {
        this.pool = pool;
        library = OneDnnProducts.open(pool.threads());
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
        product.set(added, left, leftTransposed, right, rightTransposed, target, epilogue);
        a = left.address();
        b = right.address();
        slices.set(target.rows(), target.columns());
        try {
            pool.run(slices.count(), compute);
        } catch (NativeCallException refused) {
            throw refusal(refused);
        } finally {
            product.end();
        }
    }

    /** What a user reads when oneDNN refuses. */
    static RunError refusal(NativeCallException refused) {
        return new RunError(refused.getMessage() + ": use the products in Java, --gemm panama", refused);
    }

    @Override
    public void close() {
        library.close();
    }

    private void compute(int part, int worker) {
        int firstRow = slices.firstRow(part);
        int endRow = slices.endRow(part);
        int firstColumn = slices.firstColumn(part);
        int endColumn = slices.endColumn(part);
        int leftStride = product.leftStride();
        int rightStride = product.rightStride();
        if (product.depth() > 0) {
            library.multiply(
                    worker,
                    product.shape(endRow - firstRow, endColumn - firstColumn, leftStride, rightStride),
                    a + product.leftOffset(firstRow, leftStride) * Float.BYTES,
                    b + product.rightOffset(firstColumn, rightStride) * Float.BYTES,
                    product.targetAt(firstRow, firstColumn));
        }
        product.finish(firstRow, endRow, firstColumn, endColumn);
    }
}
