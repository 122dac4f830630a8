package org.narrowbert.ffm.matrix;

import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * A matrix of float32 that is written once more, densely, rounded to bfloat16.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param stride elements from one row to the next, of the float32
 */
record MatrixConversion(int rows, int columns, int stride) {
    private static final ValueLayout.OfInt BITS = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int UPPER_HALF = 0xFFFF0000;
    private static final int LOWER_HALF = 0xFFFF;

    /**
     * Writes the rounded matrix as float32: to nearest, to even in the middle, as oneDNN rounds.
     *
     * @param from absolute address of the float32
     * @param to absolute address of rows * columns float32
     */
    void round(long from, long to) {
        for (int row = 0; row < rows; row++) {
            long source = from + (long) row * stride * Float.BYTES;
            long target = to + (long) row * columns * Float.BYTES;
            for (int column = 0; column < columns; column++) {
                long at = (long) column * Float.BYTES;
                AllMemory.SEGMENT.set(BITS, target + at, rounded(AllMemory.SEGMENT.get(BITS, source + at)));
            }
        }
    }

    /** The bits of a float32 rounded to its upper half; what is not a number stays so. */
    static int rounded(int bits) {
        int nearest = (bits + (LOWER_HALF >>> 1) + ((bits >>> Short.SIZE) & 1)) & UPPER_HALF;
        return Float.isNaN(Float.intBitsToFloat(bits)) ? (bits & UPPER_HALF) | (1 << Short.SIZE) : nearest;
    }
}
