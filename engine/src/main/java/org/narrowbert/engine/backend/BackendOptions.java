package org.narrowbert.engine.backend;

/**
 * What a backend is opened with.
 *
 * @param threads number of threads that compute, 1 or more
 */
public record BackendOptions(int threads) {
    public BackendOptions {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(threads + " threads: 1 to 1024 can be used");
        }
    }
}
