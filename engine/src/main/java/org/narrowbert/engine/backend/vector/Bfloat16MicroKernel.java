package org.narrowbert.engine.backend.vector;

/**
 * The product of one tile as {@link GemmMicroKernel}'s, by the same sums in the same order, where the panel of B is stored as bfloat16: half the memory,
 * and half the traffic where few rows wait for it. A number is widened by the way, which is exact: a bfloat16 is the upper half of a float32.
 *
 * <p>Two columns lie in one int, so that a shift makes a vector of the one and a mask a vector of the other: lane i of a row's j-th vector of ints
 * holds the column i of its (2 j)-th vector of floats in the lower half, and of its (2 j + 1)-th in the upper.
 *
 * <p>Rows lie in {@link #STREAMS} streams far from each other, row k in stream k modulo their number. A processor fetches only so many lines of a
 * stream ahead of its reader; of so many streams at once that is enough for the memory never to be waited for.
 */
interface Bfloat16MicroKernel extends GemmMicroKernel {
    /** Streams that the rows of a panel lie in; a power of two. */
    int STREAMS = 8;

    /**
     * tile = a b.
     *
     * @param b address of the panel's first row, in the first stream
     * @param bRowBytes bytes from a stream to the next; rows of one stream follow each other without gaps
     */
    @Override
    void multiply(float[] a, int aFrom, long b, long bRowBytes, int depth, long tile);
}
