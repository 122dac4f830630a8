package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.BlasProducts;

/**
 * Matrix products by a BLAS, on threads of its own; what is added by rows, and what follows, is done by our own kernels in one pass over C afterwards.
 *
 * <p>Bits are the library's: the same for the same library, kind of processor and number of threads, and no more is promised.
 */
final class BlasGemm implements MatrixProducts {
    /** Elements of C that one task of the pass afterwards looks at, about: they stay in a core's cache. */
    private static final int TASK_ELEMENTS = 1 << 14;

    private final FixedPool pool;
    private final BlasProducts library;
    private final FixedPool.Task finish = this::finish;

    // The product under way.
    private final NativeProduct product = new NativeProduct();
    private int taskRows;

    /**
     * Takes over a library's products.
     *
     * @param pool the threads of the pass afterwards; remains the caller's
     * @param library computes the products
     */
    BlasGemm(FixedPool pool, BlasProducts library) {
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
        product.set(added, left, leftTransposed, right, rightTransposed, target, epilogue);
        try {
            if (product.depth() > 0) {
                library.multiply(product.shape(), left.address(), right.address(), target.address());
            }
            if (product.isUnfinished()) {
                taskRows = Math.max(1, TASK_ELEMENTS / target.columns());
                pool.run(Math.ceilDiv(target.rows(), taskRows), finish);
            }
        } finally {
            product.end();
        }
    }

    @Override
    public void close() {}

    private void finish(int task, int worker) {
        int first = task * taskRows;
        product.finish(first, Math.min(product.rows(), first + taskRows), 0, product.columns());
    }
}
