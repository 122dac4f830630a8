package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.NativeCallException;
import org.narrowbert.ffm.matrix.OneDnnProducts;

/**
 * Matrix products of float32 by oneDNN, which each thread of ours calls for parts of C. Threads of the library's own would compete with ours, which wait for the
 * next kernel.
 *
 * <p>Parts do not depend on the number of threads, so bits are the same for the same library and kind of processor.
 */
final class OneDnnGemm implements MatrixProducts {
    private final OneDnnProducts library;
    private final SlicedProduct sliced;
    private final SlicedProduct.Part part;

    /** Uses the oneDNN that was found; the pool remains the caller's. */
    OneDnnGemm(FixedPool pool) {
        library = OneDnnProducts.open(pool.threads());
        sliced = new SlicedProduct(pool);
        part = library::multiply;
    }

    @Override
    public long workspaceBytes() {
        return library.workspaceBytes();
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
        sliced.product().set(added, left, leftTransposed, right, rightTransposed, target, epilogue);
        try {
            sliced.run(part, Float.BYTES, left.address(), left.stride(), right.address(), right.stride());
        } catch (NativeCallException refused) {
            throw refusal(refused);
        } finally {
            sliced.product().end();
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
}
