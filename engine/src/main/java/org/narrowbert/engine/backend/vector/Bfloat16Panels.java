package org.narrowbert.engine.backend.vector;

/** Panels as bfloat16 in the order that {@link Bfloat16MicroKernel} reads, and back as floats. */
interface Bfloat16Panels {
    /** Bits of a bfloat16, and of what it lacks of a float32. */
    int BITS = 16;

    /** The half of an int that is a bfloat16 in its place. */
    int UPPER = 0xFFFF0000;

    /** Added to the lower half it carries into the upper where it is above one half; what is even stays at one half. */
    int BELOW_HALF = 0x7FFF;

    /** What makes that which is not a number stay so without its lower half. */
    int QUIET = 0x00400000;

    /** A float32 rounded to the nearest bfloat16, to the even one of two as near; what is not a number stays so. */
    static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        int carried = bits + BELOW_HALF + (bits >>> BITS & 1);
        return Float.intBitsToFloat((Float.isNaN(value) ? bits | QUIET : carried) & UPPER);
    }

    /**
     * Rounds a panel.
     *
     * @param panel address of [depth, width] floats without gaps
     * @param width a multiple of two vectors
     * @param target address of the panel's first row
     * @param streamBytes bytes from a stream to the next
     */
    void round(long panel, int width, int depth, long target, long streamBytes);

    /**
     * Widens a panel: the inverse of {@link #round}, exact.
     *
     * @param source address of the panel's first row
     * @param streamBytes bytes from a stream to the next
     * @param panel address of [depth, width] floats without gaps
     */
    void widen(long source, long streamBytes, int width, int depth, long panel);
}
