package org.narrowbert.ffm.matrix;

import java.lang.foreign.MemorySegment;
import org.narrowbert.ffm.generated.cblas.Cblas;
import org.narrowbert.ffm.library.BlasLibrary;

/** Products by the BLAS that is loaded, on a number of threads of its own. One product at a time. */
public final class BlasProducts {
    private final BlasLibrary library;
    private final int threads;

    private BlasProducts(BlasLibrary library, int threads) {
        this.library = library;
        this.threads = threads;
    }

    /**
     * Products by the BLAS that was found.
     *
     * @param threads number of threads that compute
     */
    public static BlasProducts open(int threads) {
        return new BlasProducts(BlasLibrary.loaded(), threads);
    }

    /**
     * Computes one product. Nothing checks the addresses: the caller has checked the extents.
     *
     * @param a absolute address of A's first element
     * @param b absolute address of B's first element
     * @param c absolute address of C's first element
     */
    public void multiply(ProductShape shape, long a, long b, long c) {
        // The setting is one for the whole process, and others may have changed it.
        library.setThreads(threads);
        Cblas.cblas_sgemm(
                Cblas.CblasRowMajor(),
                shape.aTransposed() ? Cblas.CblasTrans() : Cblas.CblasNoTrans(),
                shape.bTransposed() ? Cblas.CblasTrans() : Cblas.CblasNoTrans(),
                shape.rows(),
                shape.columns(),
                shape.depth(),
                1,
                MemorySegment.ofAddress(a),
                shape.aStride(),
                MemorySegment.ofAddress(b),
                shape.bStride(),
                shape.accumulate() ? 1 : 0,
                MemorySegment.ofAddress(c),
                shape.cStride());
    }
}
