package org.narrowbert.engine.backend.vector;

/**
 * The product of one tile: a few rows of A by one panel of B, kept in registers over a block of k.
 *
 * <p>Every element is summed in one order, by fused multiply-adds over k from +0, whatever the tile's height and width. Nothing is checked:
 * {@link GemmDriver} has.
 */
interface GemmMicroKernel {
    /**
     * Floats from one packed row of A to the next: a constant, so that all rows of a tile are constant offsets from one place, and no multiple of
     * a page, so that rows do not compete for a cache set.
     */
    int ROW_FLOATS = 784;

    /** {@link #ROW_FLOATS} in bytes. */
    long ROW_BYTES = ROW_FLOATS * (long) Float.BYTES;

    /** Rows of A in a tile. */
    int height();

    /** Columns of a tile, and of a panel of B. */
    int width();

    /**
     * tile = a b.
     *
     * @param a holds [height, depth] floats, {@link #ROW_FLOATS} from row to row
     * @param aFrom index of the first row's first float
     * @param b address of [depth, width] floats
     * @param bRowBytes bytes from row to row of b
     * @param depth 0 to {@link #ROW_FLOATS}
     * @param tile address of [height, width] floats without gaps, aligned to a vector; overwritten
     */
    void multiply(float[] a, int aFrom, long b, long bRowBytes, int depth, long tile);
}
