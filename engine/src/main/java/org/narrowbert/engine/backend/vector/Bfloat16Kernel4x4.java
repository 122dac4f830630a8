package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The tile of 4 rows by four vectors of 512 bits, of weights stored as bfloat16: 16 sums, four vectors of B, two of ints, a mask and one broadcast of A make 24
 * registers of 32. Otherwise as {@link Bfloat16Kernel4x2}.
 */
final class Bfloat16Kernel4x4 implements Bfloat16MicroKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
    private static final int WIDTH = 4 * SPECIES.length();
    private static final long VECTOR = SPECIES.vectorByteSize();
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override
    public int height() {
        return 4;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public void multiply(float[] a, int aFrom, long b, long bRowBytes, int depth, long tile) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        FloatVector c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        FloatVector c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        FloatVector c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        long bAt = b;
        long toFirst = STREAMS * bRowBytes - 2 * VECTOR;
        for (int k = aFrom; k < aFrom + depth; k++) {
            IntVector pairs = IntVector.fromMemorySegment(INTS, MEMORY, bAt, ORDER);
            IntVector further = IntVector.fromMemorySegment(INTS, MEMORY, bAt + VECTOR, ORDER);
            FloatVector b0 =
                    pairs.lanewise(VectorOperators.LSHL, Bfloat16Panels.BITS).reinterpretAsFloats();
            FloatVector b1 = pairs.and(Bfloat16Panels.UPPER).reinterpretAsFloats();
            FloatVector b2 =
                    further.lanewise(VectorOperators.LSHL, Bfloat16Panels.BITS).reinterpretAsFloats();
            FloatVector b3 = further.and(Bfloat16Panels.UPPER).reinterpretAsFloats();
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(SPECIES, a[k + ROW_FLOATS]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(SPECIES, a[k + 2 * ROW_FLOATS]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(SPECIES, a[k + 3 * ROW_FLOATS]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            bAt += bRowBytes;
            if ((k - aFrom & STREAMS - 1) == STREAMS - 1) {
                bAt -= toFirst;
            }
        }
        c00.intoMemorySegment(MEMORY, tile, ORDER);
        c01.intoMemorySegment(MEMORY, tile + VECTOR, ORDER);
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
    }
}
