package org.narrowbert.engine.backend.vector;

/**
 * One worker's copy of some rows of attention's operands, which are multiplied by packed panels a tile at a time ({@link AttentionTile}).
 *
 * <p>Products with rows of more than {@link AttentionTile#ROW_COLUMNS} columns are made of several blocks of columns, added in order.
 */
final class AttentionRows {
    private static final long PANEL_BYTES = AttentionTile.PANEL_BYTES;

    private final float[] rows;

    /** Makes room for a number of rows, whole tiles. */
    AttentionRows(int rows) {
        this.rows = new float[AttentionTile.tiles(rows) * AttentionTile.ROWS * AttentionTile.ROW_FLOATS];
    }

    /** Copies rows of at most {@link AttentionTile#ROW_COLUMNS} columns; {@code stride} is in bytes. */
    void set(long source, long stride, int count, int columns) {
        for (int row = 0; row < count; row++) {
            RowMoves.copy(source + row * stride, rows, row * AttentionTile.ROW_FLOATS, columns);
        }
    }

    /**
     * c = rows b, of rows that lie in memory: every panel of b has as many k as the rows have columns.
     *
     * @param source address of the first row
     * @param stride bytes from row to row
     * @param columns of a row, any number
     * @param b address of the first of {@code panels} panels, which follow each other without a gap
     * @param c address of the product, with room for whole tiles
     * @param cRow bytes from row to row of c
     * @param tile address of scratch for a tile
     */
    void multiplyWide(
            long source, long stride, int count, int columns, long b, int panels, long c, long cRow, long tile) {
        long panelBytes = columns * PANEL_BYTES;
        int block = Math.min(columns, AttentionTile.ROW_COLUMNS);
        set(source, stride, count, block);
        multiply(count, block, b, panelBytes, panels, c, cRow);
        for (int first = block; first < columns; first += block) {
            block = Math.min(columns - first, AttentionTile.ROW_COLUMNS);
            set(source + first * (long) Float.BYTES, stride, count, block);
            for (int panel = 0; panel < panels; panel++) {
                long from = b + panel * panelBytes + first * PANEL_BYTES;
                for (int row = 0; row < count; row += AttentionTile.ROWS) {
                    AttentionTile.multiply(
                            rows, row * AttentionTile.ROW_FLOATS, from, PANEL_BYTES, block, tile, PANEL_BYTES);
                    AttentionTile.add(tile, c + panel * PANEL_BYTES + row * cRow, cRow);
                }
            }
        }
    }

    /**
     * c = rows b, of the rows that were set.
     *
     * @param count of rows
     * @param depth columns of a row
     * @param panelBytes from panel to panel of b
     */
    void multiply(int count, int depth, long b, long panelBytes, int panels, long c, long cRow) {
        for (int panel = 0; panel < panels; panel++) {
            long from = b + panel * panelBytes;
            long to = c + panel * PANEL_BYTES;
            for (int row = 0; row < count; row += AttentionTile.ROWS) {
                AttentionTile.multiply(
                        rows, row * AttentionTile.ROW_FLOATS, from, PANEL_BYTES, depth, to + row * cRow, cRow);
            }
        }
    }

    /**
     * c += rows^T b, of the rows that were set.
     *
     * @param count of rows
     * @param columns of a row that count; c has room for as many rows, in whole tiles
     * @param tile address of scratch for a tile
     */
    void addTransposed(int count, int columns, long b, long panelBytes, int panels, long c, long cRow, long tile) {
        for (int panel = 0; panel < panels; panel++) {
            long from = b + panel * panelBytes;
            long to = c + panel * PANEL_BYTES;
            for (int column = 0; column < columns; column += AttentionTile.ROWS) {
                AttentionTile.multiplyTransposed(rows, column, from, PANEL_BYTES, count, tile, PANEL_BYTES);
                AttentionTile.add(tile, to + column * cRow, cRow);
            }
        }
    }
}
