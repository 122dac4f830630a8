package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;

/**
 * The width of the vectors that kernels use: the machine's preferred one, or {@code narrowbert.vectorBits} where that is less. The property
 * is the engine's only one: widths must be constants when kernels are loaded, so no option can arrive in time.
 */
final class VectorWidth {
    /** Fewer bits than this are not vectors: the JVM has no vector instructions for its processor. */
    static final int LEAST = 128;

    private static final int MOST = 512;

    private VectorWidth() {}

    /** Bits of a vector: 128, 256 or 512, or less than {@link #LEAST} where the JVM has no vectors. */
    static int bits() {
        int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        int asked = Integer.getInteger("narrowbert.vectorBits", MOST);
        return Integer.highestOneBit(Math.min(preferred, Math.clamp(asked, LEAST, MOST)));
    }
}
