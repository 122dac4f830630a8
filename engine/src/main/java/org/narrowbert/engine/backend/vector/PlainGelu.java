package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * GELU over one row, one float after the other: the bits of {@link ActivationRow}, by the same operations. For the time before the kernels are
 * compiled, as {@link ScalarProducts}: some thirty operations on vectors an element, each a call then, would take longer than the products.
 */
final class PlainGelu {
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final int MAGNITUDE_BITS = 0x7fff_ffff;
    private static final int TAIL_END_BITS = Float.floatToRawIntBits(VectorMath.TAIL_END);
    private static final float ROUND = 0x1.8p23f;
    private static final int ONE_BITS = 0x3f80_0000;

    private PlainGelu() {}

    /** to = gelu(from); {@code to} may be {@code from}. */
    static void activate(long from, long to, int columns) {
        for (int column = 0; column < columns; column++) {
            long at = (long) column * Float.BYTES;
            MEMORY.set(Lanes.FLOAT, to + at, gelu(MEMORY.get(Lanes.FLOAT, from + at)));
        }
    }

    private static float gelu(float x) {
        int bits = Float.floatToRawIntBits(x) & MAGNITUDE_BITS;
        float magnitude = Float.intBitsToFloat(bits);
        float positive = (x + magnitude) * 0.5f;
        float tail = normalTail(Float.intBitsToFloat(Math.min(bits, TAIL_END_BITS)));
        return Math.fma(-magnitude, tail, positive);
    }

    /** As {@link VectorMath#normalTail}, which tells what it is. */
    private static float normalTail(float t) {
        float y = Math.fma(t, 2.75103651e-9f, -1.004718797e-7f);
        y = Math.fma(y, t, 1.634801265e-6f);
        y = Math.fma(y, t, -1.548240834e-5f);
        y = Math.fma(y, t, 9.162195784e-5f);
        y = Math.fma(y, t, -3.087832883e-4f);
        y = Math.fma(y, t, 2.856374158e-5f);
        y = Math.fma(y, t, 6.939382758e-3f);
        y = Math.fma(y, t, -5.244977400e-2f);
        y = Math.fma(y, t, -4.592146277e-1f);
        y = Math.fma(y, t, -1.151105285f);
        y = Math.fma(y, t, -0.9999998808f);
        float rounded = y + ROUND;
        float r = y - (rounded - ROUND);
        float p = Math.fma(r, 1.53458121613e-4f, 1.33999311772e-3f);
        p = Math.fma(p, r, 9.61848895633e-3f);
        p = Math.fma(p, r, 5.55032877711e-2f);
        p = Math.fma(p, r, 2.40226468906e-1f);
        p = Math.fma(p, r, 6.93147205737e-1f);
        p = Math.fma(p, r, 1f);
        return p * Float.intBitsToFloat((Float.floatToRawIntBits(rounded) << 23) + ONE_BITS);
    }
}
