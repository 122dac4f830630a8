package org.narrowbert.jmh;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/** The inner loop of a matrix product for tiles of several shapes, rows x vectors, all written alike: tile = a b. The distance of b's rows is a parameter: see docs/vector-api.md. */
final class TileShapes {
    /** Floats from row to row of a. */
    static final int ROW = 784;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long VECTOR = SPECIES.vectorByteSize();
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private TileShapes() {}

    static void tile4x2(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
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
    }

    static void tile5x2(float[] a, long b, long bRow, int depth, long tile) {
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
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[k + 4 * ROW]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
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

    static void tile6x2(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[k + 4 * ROW]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(SPECIES, a[k + 5 * ROW]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
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
        c50.intoMemorySegment(MEMORY, tile + 10 * VECTOR, ORDER);
        c51.intoMemorySegment(MEMORY, tile + 11 * VECTOR, ORDER);
    }

    static void tile3x3(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero, c02 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 2 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            at += bRow;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c02.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c12.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c22.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
    }

    static void tile4x3(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero, c02 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero;
        FloatVector c30 = zero, c31 = zero, c32 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 2 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            at += bRow;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c02.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c12.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c22.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
        c30.intoMemorySegment(MEMORY, tile + 9 * VECTOR, ORDER);
        c31.intoMemorySegment(MEMORY, tile + 10 * VECTOR, ORDER);
        c32.intoMemorySegment(MEMORY, tile + 11 * VECTOR, ORDER);
    }

    static void tile3x4(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 2 * VECTOR, ORDER);
            FloatVector b3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 3 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            at += bRow;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c02.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c03.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c12.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c13.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 9 * VECTOR, ORDER);
        c22.intoMemorySegment(MEMORY, tile + 10 * VECTOR, ORDER);
        c23.intoMemorySegment(MEMORY, tile + 11 * VECTOR, ORDER);
    }

    static void tile6x4(float[] a, long b, long bRow, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        FloatVector c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        FloatVector c40 = zero, c41 = zero, c42 = zero, c43 = zero;
        FloatVector c50 = zero, c51 = zero, c52 = zero, c53 = zero;
        long at = b;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 0 * VECTOR, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 1 * VECTOR, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 2 * VECTOR, ORDER);
            FloatVector b3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at + 3 * VECTOR, ORDER);
            FloatVector x = FloatVector.broadcast(SPECIES, a[k + 0 * ROW]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(SPECIES, a[k + 1 * ROW]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(SPECIES, a[k + 4 * ROW]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(SPECIES, a[k + 5 * ROW]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
            at += bRow;
        }
        c00.intoMemorySegment(MEMORY, tile + 0 * VECTOR, ORDER);
        c01.intoMemorySegment(MEMORY, tile + 1 * VECTOR, ORDER);
        c02.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c03.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c12.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c13.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 8 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 9 * VECTOR, ORDER);
        c22.intoMemorySegment(MEMORY, tile + 10 * VECTOR, ORDER);
        c23.intoMemorySegment(MEMORY, tile + 11 * VECTOR, ORDER);
        c30.intoMemorySegment(MEMORY, tile + 12 * VECTOR, ORDER);
        c31.intoMemorySegment(MEMORY, tile + 13 * VECTOR, ORDER);
        c32.intoMemorySegment(MEMORY, tile + 14 * VECTOR, ORDER);
        c33.intoMemorySegment(MEMORY, tile + 15 * VECTOR, ORDER);
        c40.intoMemorySegment(MEMORY, tile + 16 * VECTOR, ORDER);
        c41.intoMemorySegment(MEMORY, tile + 17 * VECTOR, ORDER);
        c42.intoMemorySegment(MEMORY, tile + 18 * VECTOR, ORDER);
        c43.intoMemorySegment(MEMORY, tile + 19 * VECTOR, ORDER);
        c50.intoMemorySegment(MEMORY, tile + 20 * VECTOR, ORDER);
        c51.intoMemorySegment(MEMORY, tile + 21 * VECTOR, ORDER);
        c52.intoMemorySegment(MEMORY, tile + 22 * VECTOR, ORDER);
        c53.intoMemorySegment(MEMORY, tile + 23 * VECTOR, ORDER);
    }
}
