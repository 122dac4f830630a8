package org.narrowbert.jmh;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/** The tile of {@link TileShapes#tile5x2} written in two other ways that look as good, and are not: see docs/vector-api.md. */
final class TileCodings {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long VECTOR = SPECIES.vectorByteSize();
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private TileCodings() {}

    /** a is read through the addresses of its five rows instead of at constant distances in an array. */
    static void byAddress(long a, long aRow, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        long a1 = a + aRow;
        long a2 = a1 + aRow;
        long a3 = a2 + aRow;
        long a4 = a3 + aRow;
        long aAt = 0;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
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
            aAt += Float.BYTES;
            at += bRow;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c30.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c31.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c40.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
        c41.intoMemorySegment(MEMORY, tile + 9 * VECTOR, ORDER);
    }

    /** The distance of b's rows is a constant in the loop instead of a parameter. */
    static void constantStep(float[] a, long b, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * TileShapes.ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * TileShapes.ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * TileShapes.ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * TileShapes.ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[k + 4 * TileShapes.ROW]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            at += 2 * VECTOR;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c30.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c31.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c40.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
        c41.intoMemorySegment(MEMORY, tile + 9 * VECTOR, ORDER);
    }
}
