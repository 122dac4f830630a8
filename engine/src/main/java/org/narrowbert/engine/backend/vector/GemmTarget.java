package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.tensor.Matrix;

/** Where the tiles of a product go, and what they are added to. One object is set again for each product. */
final class GemmTarget {
    private long addend;
    private int addendRowStep;
    private int addendColumnStep;
    private long c;
    private int cStride;
    private int columns;
    private long panelStep;

    /**
     * Takes the matrices of a product.
     *
     * @param zeros address of a row of zeros as wide as a tile, for sums that start from nothing
     */
    void set(Addend added, long zeros, Matrix target) {
        addend = added.isThere() ? added.address() : zeros;
        addendRowStep = added.isThere() ? added.rowStep() : 0;
        addendColumnStep = added.isThere() ? 1 : 0;
        c = target.address();
        cStride = target.stride();
        columns = target.columns();
        panelStep = 0;
    }

    /**
     * Takes a target by its address.
     *
     * @param accumulate whether the product is added to what is there
     * @param zeros as above
     * @param stride floats from row to row of the target
     */
    void set(boolean accumulate, long zeros, long target, int stride, int columns) {
        addend = accumulate ? target : zeros;
        addendRowStep = accumulate ? stride : 0;
        addendColumnStep = accumulate ? 1 : 0;
        c = target;
        cStride = stride;
        this.columns = columns;
        panelStep = 0;
    }

    /** Lets the target, taken by its address, lie in panels as the kernel's are: so many floats from one to the next. */
    void inPanels(long panelFloats) {
        panelStep = panelFloats;
    }

    /**
     * The tiles below each other in one panel of one depth block.
     *
     * @param first whether it is the first depth block: the others add to C
     * @param a holds the packed rows; the first of them begins at {@code place}
     * @param b as {@code bRowBytes} the kernel's
     * @param tile scratch memory for a tile
     */
    void column(
            GemmMicroKernel kernel,
            boolean first,
            float[] a,
            int place,
            int firstRow,
            int endRow,
            int panel,
            long b,
            long bRowBytes,
            int depth,
            long tile) {
        long base = first ? addend : c;
        long rowStep = (first ? addendRowStep : cStride) * (long) Float.BYTES;
        long columnStep = (first ? addendColumnStep : 1) * (long) Float.BYTES;
        int width = kernel.width();
        int height = kernel.height();
        int column = panel * width;
        int there = Math.min(width, columns - column);
        long across = panelStep > 0 ? panel * panelStep : column;
        for (int row = firstRow; row < endRow; row += height) {
            kernel.multiply(a, place + (row - firstRow) * GemmMicroKernel.ROW_FLOATS, b, bRowBytes, depth, tile);
            GemmTile.add(
                    tile,
                    width,
                    base + row * rowStep + across * columnStep,
                    rowStep,
                    c + ((long) row * cStride + across) * Float.BYTES,
                    cStride * (long) Float.BYTES,
                    Math.min(height, endRow - row),
                    there);
        }
    }
}
