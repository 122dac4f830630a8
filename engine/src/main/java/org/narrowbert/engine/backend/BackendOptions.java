package org.narrowbert.engine.backend;

/**
 * What a backend is opened with.
 *
 * @param threads number of threads that compute, 1 or more
 * @param gemm who computes matrix products, where a backend leaves the choice; it must be available
 */
public record BackendOptions(int threads, Gemm gemm) {
    public BackendOptions {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(threads + " threads: 1 to 1024 can be used");
        }
    }

    /** Our own kernels on a number of threads. */
    public BackendOptions(int threads) {
        this(threads, Gemm.PANAMA);
    }
}
