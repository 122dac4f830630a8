package org.narrowbert.engine.random;

/**
 * Counter-based random bits: every number is a hash of its coordinates.
 *
 * <p>Keys are 64-bit hashes (the finalizer of SplitMix64) of coordinates such as (seed, step, site, row). Within a row, {@link #bits} hashes
 * the column with both halves of the row's key, in 32-bit arithmetic only, so that a vector of columns takes a handful of instructions.
 * Vector kernels repeat exactly this arithmetic.
 */
public final class CounterRandom {
    /** Spreads neighbouring columns over the 32-bit range: 2^32 divided by the golden ratio. */
    public static final int COLUMN_STEP = 0x9E3779B9;

    /** First multiplier of the 32-bit mix. */
    public static final int MIX_1 = 0x7FEB352D;

    /** Second multiplier of the 32-bit mix. */
    public static final int MIX_2 = 0x846CA68B;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private CounterRandom() {}

    /** A key for one more coordinate below {@code key}. */
    public static long key(long key, long coordinate) {
        return mix(key + GOLDEN * (coordinate + 1));
    }

    /** A key for two more coordinates below {@code key}. */
    public static long key(long key, long first, long second) {
        return key(key(key, first), second);
    }

    /** 32 random bits of a column under a row's key. */
    public static int bits(long rowKey, int column) {
        int x = column * COLUMN_STEP + (int) rowKey;
        x ^= x >>> 16;
        x *= MIX_1;
        x ^= (int) (rowKey >>> 32);
        x ^= x >>> 15;
        x *= MIX_2;
        x ^= x >>> 16;
        return x;
    }

    /** A number in [0, 1) with 53 random bits. */
    public static double uniform(long key) {
        return (mix(key) >>> 11) * 0x1.0p-53;
    }

    /** A number in [0, bound), every one equally likely to within 2^-32. */
    public static int below(long key, int bound) {
        return (int) (((mix(key) >>> 32) * bound) >>> 32);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
