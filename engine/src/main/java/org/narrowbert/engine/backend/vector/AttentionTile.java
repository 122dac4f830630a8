package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The inner products of attention: tiles of five rows and two vectors, c = a b, where a is read one number at a time, b and c a vector at a
 * time.
 *
 * <p>Ten accumulators, two vectors of b and one of a take 13 of AVX2's 16 registers and hide the latency of a fused multiply-add on wider machines
 * too; five rows waste little of short sequences. The products' kernel lost half its speed to a sixth row there; that this tile is still slow on such
 * machines is not understood (docs/vector-api.md). Lane i of accumulator (r, v) holds row r, column v * lanes + i. Every number is one chain of fused
 * multiply-adds over k = 0, 1, 2 ..., so its bits don't depend on the row's place in the tile.
 *
 * <p>The kernel calls the JDK's methods directly: those are always inlined, methods of ours only until the compiler has counted many nodes, and a
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

    private static final VectorSpecies<Float> SPECIES = Lanes.FLOATS;
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
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
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        FloatVector c40 = FloatVector.zero(SPECIES);
        FloatVector c41 = FloatVector.zero(SPECIES);
        long aAt = 0;
        long bAt = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bAt + Lanes.BYTES, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a + aAt));
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a1 + aAt));
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a2 + aAt));
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a3 + aAt));
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a4 + aAt));
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            aAt += aStep;
            bAt += PANEL_BYTES;
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
