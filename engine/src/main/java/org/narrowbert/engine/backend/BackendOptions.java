package org.narrowbert.engine.backend;

/**
 * What a backend is opened with.
 *
 * @param threads number of threads that compute, 1 or more
 * @param gemm who computes matrix products, where a backend leaves the choice; it must be available
 * @param precision what these products' operands are rounded to
 */
public record BackendOptions(int threads, Gemm gemm, OperandPrecision precision) {
    public BackendOptions {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(threads + " threads: 1 to 1024 can be used");
        }
        if (!precision.isOf(gemm)) {
            throw new IllegalArgumentException(gemm.text() + " has no products of " + precision);
        }
    }

    /** Products of float32. */
    public BackendOptions(int threads, Gemm gemm) {
        this(threads, gemm, OperandPrecision.FLOAT32);
    }

    /** Our own kernels on a number of threads. */
    public BackendOptions(int threads) {
        this(threads, Gemm.PANAMA);
    }
}
