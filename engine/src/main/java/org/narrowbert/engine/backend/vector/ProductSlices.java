package org.narrowbert.engine.backend.vector;

/**
 * How C is cut into parts that one thread computes with a library, whatever the number of threads: each part's product is then the same, to the last bit. One
 * object is set again for each product.
 */
final class ProductSlices {
    /** Up to so many rows stay together, and columns are cut: B, which few rows wait for, then comes by once. */
    private static final int FEW_ROWS = 192;

    private static final int FEW_ROWS_COLUMNS = 192;

    /** Rows of a part otherwise, about, so that a part of A stays in a core's cache; and columns, so that there are enough parts for many threads. */
    private static final int ROWS = 128;

    private static final int COLUMNS = 384;

    private int rows;
    private int columns;
    private int down;
    private int across;
    private int width;

    void set(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        down = rows <= FEW_ROWS ? 1 : Math.ceilDiv(rows, ROWS);
        width = rows <= FEW_ROWS ? FEW_ROWS_COLUMNS : COLUMNS;
        // A last column alone would lie apart from all others, which libraries do not care for.
        across = Math.max(1, Math.ceilDiv(columns - 1, width));
    }

    /** All of C is one part. */
    void whole(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        down = 1;
        across = 1;
        width = columns;
    }

    /** Number of parts. */
    int count() {
        return down * across;
    }

    /** The rows of C are shared evenly. */
    int firstRow(int part) {
        return (int) ((long) (part % down) * rows / down);
    }

    int endRow(int part) {
        return (int) ((long) (part % down + 1) * rows / down);
    }

    /** Columns begin at whole vectors. */
    int firstColumn(int part) {
        return part / down * width;
    }

    int endColumn(int part) {
        return part / down == across - 1 ? columns : firstColumn(part) + width;
    }
}
