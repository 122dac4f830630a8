package org.narrowbert.engine.backend;

/**
 * Weights that do not change for a while, as those of a model that only answers. Until this is closed, kernels may keep copies of them in the
 * order in which they read them, instead of making the copies anew in every call.
 */
public interface PackedWeights extends AutoCloseable {
    /** No copies, for kernels that have no use for them. */
    PackedWeights NONE = new PackedWeights() {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    };

    /** Off-heap bytes of the copies made up to now. */
    long bytes();

    /** Gives the copies back. From now on the weights may change. */
    @Override
    void close();
}
