package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The inner products of attention: tiles of six rows and two vectors, c = a b, where a is read one number at a time, b and c a vector at a
 * time.
 *
 * <p>Twelve accumulators, two vectors of b and one of a fill 15 of AVX2's 16 registers, and hide the latency of a fused multiply-add on wider
 * machines too; six rows waste little of short sequences. Lane i of accumulator (r, v) holds row r, column v * lanes + i. Every number is one
 * chain of fused multiply-adds over k = 0, 1, 2 ..., so its bits don't depend on the row's place in the tile.
 *
 * <p>b is packed in panels of {@link #COLUMNS} columns, [k][columns], and c is scratch with room for whole tiles; both are aligned to a vector.
 */
final class AttentionTile {
    /** Rows of a tile. */
    static final int ROWS = 6;

    /** Columns of a tile and of a panel of b. */
    static final int COLUMNS = 2 * Lanes.COUNT;

    /** Bytes of one k in a panel of b. */
    static final int PANEL_BYTES = COLUMNS * Float.BYTES;

    private AttentionTile() {}

    /** The number of panels that hold {@code columns} columns. */
    static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    /** The number of tiles that hold {@code rows} rows. */
    static int tiles(int rows) {
        return (rows + ROWS - 1) / ROWS;
    }

    /**
     * c[r, j] = sum over k of a[r, k] * b[k, j], for the tile's rows r and columns j.
     *
     * @param a address of a[0, 0]
     * @param aRow bytes from a[r, k] to a[r + 1, k]
     * @param aStep bytes from a[r, k] to a[r, k + 1]
     * @param b address of the panel's b[0, 0]
     * @param depth number of k, 0 or more
     * @param c address of c[0, 0]
     * @param cRow bytes from c[r, j] to c[r + 1, j]
     */
    static void multiply(long a, long aRow, long aStep, long b, int depth, long c, long cRow) {
        long a1 = a + aRow;
        long a2 = a1 + aRow;
        long a3 = a2 + aRow;
        long a4 = a3 + aRow;
        long a5 = a4 + aRow;
        FloatVector c00 = Lanes.zero();
        FloatVector c01 = Lanes.zero();
        FloatVector c10 = Lanes.zero();
        FloatVector c11 = Lanes.zero();
        FloatVector c20 = Lanes.zero();
        FloatVector c21 = Lanes.zero();
        FloatVector c30 = Lanes.zero();
        FloatVector c31 = Lanes.zero();
        FloatVector c40 = Lanes.zero();
        FloatVector c41 = Lanes.zero();
        FloatVector c50 = Lanes.zero();
        FloatVector c51 = Lanes.zero();
        long aAt = 0;
        long bAt = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = Lanes.load(bAt);
            FloatVector b1 = Lanes.load(bAt + Lanes.BYTES);
            FloatVector x = spread(a + aAt);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = spread(a1 + aAt);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = spread(a2 + aAt);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = spread(a3 + aAt);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = spread(a4 + aAt);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = spread(a5 + aAt);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            aAt += aStep;
            bAt += PANEL_BYTES;
        }
        Lanes.store(c00, c);
        Lanes.store(c01, c + Lanes.BYTES);
        Lanes.store(c10, c + cRow);
        Lanes.store(c11, c + cRow + Lanes.BYTES);
        Lanes.store(c20, c + 2 * cRow);
        Lanes.store(c21, c + 2 * cRow + Lanes.BYTES);
        Lanes.store(c30, c + 3 * cRow);
        Lanes.store(c31, c + 3 * cRow + Lanes.BYTES);
        Lanes.store(c40, c + 4 * cRow);
        Lanes.store(c41, c + 4 * cRow + Lanes.BYTES);
        Lanes.store(c50, c + 5 * cRow);
        Lanes.store(c51, c + 5 * cRow + Lanes.BYTES);
    }

    /**
     * Adds a tile to another: c[r, j] += tile[r, j]. A kernel that added by itself would need a branch or loads before its loop, and with either the
     * compiler was seen to take its accumulators out of their registers.
     *
     * @param tile address of the tile, without gaps between its rows
     */
    static void add(long tile, long c, long cRow) {
        for (int row = 0; row < ROWS; row++) {
            long from = tile + (long) row * PANEL_BYTES;
            long to = c + row * cRow;
            Lanes.store(Lanes.load(to).add(Lanes.load(from)), to);
            Lanes.store(Lanes.load(to + Lanes.BYTES).add(Lanes.load(from + Lanes.BYTES)), to + Lanes.BYTES);
        }
    }

    private static FloatVector spread(long address) {
        return Lanes.broadcast(AllMemory.SEGMENT.get(Lanes.FLOAT, address));
    }
}
