package org.narrowbert.engine.backend.vector;

/**
 * How C is cut into parts that one thread computes with a library, whatever the number of threads: each part's product is then the same, to the last bit. One
 * object is set again for each product.
 */
final class ProductSlices {
    /** Up to so many rows stay together, and columns are cut: B, which few rows wait for, then comes by once. */
    private static final int FEW_ROWS = 192;

    /** Columns of such a part: 768 make four. */
    private static final int FEW_ROWS_COLUMNS = 192;

    /** Rows of a part otherwise, about, so that a part of A stays in a core's cache. */
    private static final int ROWS = 128;

    /** Columns of such a part: 1,024 x 768 has sixteen. */
    private static final int COLUMNS = 384;

    private int rows;
    private int columns;
    private int down;
    private int across;
    private int width;

    /**
     * Cuts.
     *
     * @param rows of C, 1 or more
     * @param columns of C, 1 or more
     */
    void set(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        down = rows <= FEW_ROWS ? 1 : Math.ceilDiv(rows, ROWS);
        width = rows <= FEW_ROWS ? FEW_ROWS_COLUMNS : COLUMNS;
        // A last column alone would lie apart from all others, which libraries do not care for.
        across = Math.max(1, Math.ceilDiv(columns - 1, width));
    }

    /** Number of parts. */
    int count() {
        return down * across;
    }

    /** First row of a part: the rows of C are shared evenly. */
    int firstRow(int part) {
        return (int) ((long) (part % down) * rows / down);
    }

    /** Row after a part's last. */
    int endRow(int part) {
        return (int) ((long) (part % down + 1) * rows / down);
    }

    /** First column of a part, where a whole vector begins. */
    int firstColumn(int part) {
        return part / down * width;
    }

    /** Column after a part's last. */
    int endColumn(int part) {
        return part / down == across - 1 ? columns : firstColumn(part) + width;
    }
}
