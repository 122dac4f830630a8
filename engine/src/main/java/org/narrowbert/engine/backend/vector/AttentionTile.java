package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The inner products of attention: tiles of five rows and two vectors, c = a b, where a is read one number at a time, b and c a vector at a
 * time.
 *
 * <p>Ten accumulators, two vectors of b and one of a take 13 of AVX2's 16 registers and hide the latency of a fused multiply-add on wider machines
 * too; five rows waste little of short sequences. Lane i of accumulator (r, v) holds row r, column v * lanes + i. Every number is one chain of fused
 * multiply-adds over k = 0, 1, 2 ..., so its bits don't depend on the row's place in the tile.
 *
 * <p>a lies in an array, {@link #ROW_FLOATS} from row to row: all five of its numbers are then constant distances from one index. Read through five
 * addresses instead, the tile ran at half the speed (docs/vector-api.md).
 *
 * <p>The kernels call the JDK's methods directly: those are always inlined, methods of ours only until the compiler has counted many nodes, and a
 * call would put all accumulators on the heap.
 *
 * <p>b is packed in panels of {@link #COLUMNS} columns, [k][columns], and c is scratch with room for whole tiles; both are aligned to a vector.
 */
final class AttentionTile {
    /** Rows of a tile. */
    static final int ROWS = 5;

    /** Columns of a tile and of a panel of b. */
    static final int COLUMNS = 2 * Lanes.COUNT;

    /** Bytes of one k in a panel of b. */
    static final int PANEL_BYTES = COLUMNS * Float.BYTES;

    /** Most columns of a row of a. */
    static final int ROW_COLUMNS = 128;

    /** Floats from row to row of a: a gap, so that rows don't fight for a cache set, and a tile that begins in a row's last columns stays inside. */
    static final int ROW_FLOATS = ROW_COLUMNS + 16;

    private static final VectorSpecies<Float> SPECIES = Lanes.FLOATS;
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

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
     * @param aFrom index of a[0, 0]
     * @param b address of the panel's b[0, 0]
     * @param bRow {@link #PANEL_BYTES}: given, since with the constant in the loop the compiler moves accumulators to the stack
     * @param depth number of k, 0 to {@link #ROW_COLUMNS}
     * @param c address of c[0, 0]
     * @param cRow bytes from c[r, j] to c[r + 1, j]
     */
    static void multiply(float[] a, int aFrom, long b, long bRow, int depth, long c, long cRow) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        long bAt = b;
        for (int k = aFrom; k < aFrom + depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt + Lanes.BYTES, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[k + ROW_FLOATS]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW_FLOATS]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW_FLOATS]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[k + 4 * ROW_FLOATS]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            bAt += bRow;
        }
        c00.intoMemorySegment(MEMORY, c, ORDER);
        c01.intoMemorySegment(MEMORY, c + Lanes.BYTES, ORDER);
        c10.intoMemorySegment(MEMORY, c + cRow, ORDER);
        c11.intoMemorySegment(MEMORY, c + cRow + Lanes.BYTES, ORDER);
        c20.intoMemorySegment(MEMORY, c + 2 * cRow, ORDER);
        c21.intoMemorySegment(MEMORY, c + 2 * cRow + Lanes.BYTES, ORDER);
        c30.intoMemorySegment(MEMORY, c + 3 * cRow, ORDER);
        c31.intoMemorySegment(MEMORY, c + 3 * cRow + Lanes.BYTES, ORDER);
        c40.intoMemorySegment(MEMORY, c + 4 * cRow, ORDER);
        c41.intoMemorySegment(MEMORY, c + 4 * cRow + Lanes.BYTES, ORDER);
    }

    /**
     * c[r, j] = sum over k of a[k, r] * b[k, j]: as {@link #multiply}, with a's rows counted by k.
     *
     * @param depth number of k, 0 or more
     */
    static void multiplyTransposed(float[] a, int aFrom, long b, long bRow, int depth, long c, long cRow) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        long bAt = b;
        int at = aFrom;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt + Lanes.BYTES, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[at]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[at + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[at + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[at + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[at + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            bAt += bRow;
            at += ROW_FLOATS;
        }
        c00.intoMemorySegment(MEMORY, c, ORDER);
        c01.intoMemorySegment(MEMORY, c + Lanes.BYTES, ORDER);
        c10.intoMemorySegment(MEMORY, c + cRow, ORDER);
        c11.intoMemorySegment(MEMORY, c + cRow + Lanes.BYTES, ORDER);
        c20.intoMemorySegment(MEMORY, c + 2 * cRow, ORDER);
        c21.intoMemorySegment(MEMORY, c + 2 * cRow + Lanes.BYTES, ORDER);
        c30.intoMemorySegment(MEMORY, c + 3 * cRow, ORDER);
        c31.intoMemorySegment(MEMORY, c + 3 * cRow + Lanes.BYTES, ORDER);
        c40.intoMemorySegment(MEMORY, c + 4 * cRow, ORDER);
        c41.intoMemorySegment(MEMORY, c + 4 * cRow + Lanes.BYTES, ORDER);
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
}
