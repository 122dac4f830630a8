package org.narrowbert.engine.backend;

import java.util.Arrays;

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

    /** Several as one. */
    static PackedWeights together(PackedWeights... parts) {
        return new PackedWeights() {
            @Override
            public long bytes() {
                return Arrays.stream(parts).mapToLong(PackedWeights::bytes).sum();
            }

            @Override
            public void close() {
                for (PackedWeights part : parts) {
                    part.close();
                }
            }
        };
    }

    /** Off-heap bytes of the copies made up to now. */
    long bytes();

    /** Gives the copies back. From now on the weights may change. */
    @Override
    void close();
}
