package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The tile of 4 rows by two vectors, of weights stored as bfloat16: 8 sums, two vectors of B, the ints that they come from, a mask and one broadcast of A make
 * 13 registers, so a fifth row would send sums to the stack. Alignment and tail are those of {@link GemmKernel6x4}.
 *
 * <p>From stream to stream it takes a branch that is foreseen: steps of eight written out are no faster, and an inner loop or a place that is computed for each row
 * are slower by a tenth to a fifth.
 */
final class Bfloat16Kernel4x2 implements Bfloat16MicroKernel {
    private static final VectorSpecies<Float> SPECIES = WidthCopies.species(MethodHandles.lookup());
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());
    private static final int WIDTH = 2 * SPECIES.length();
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
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        long bAt = b;
        long toFirst = STREAMS * bRowBytes - VECTOR;
        for (int k = aFrom; k < aFrom + depth; k++) {
            IntVector pairs = IntVector.fromMemorySegment(INTS, MEMORY, bAt, ORDER);
            FloatVector b0 =
                    pairs.lanewise(VectorOperators.LSHL, Bfloat16Panels.BITS).reinterpretAsFloats();
            FloatVector b1 = pairs.and(Bfloat16Panels.UPPER).reinterpretAsFloats();
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
            bAt += bRowBytes;
            if ((k - aFrom & STREAMS - 1) == STREAMS - 1) {
                bAt -= toFirst;
            }
        }
        c00.intoMemorySegment(MEMORY, tile, ORDER);
        c01.intoMemorySegment(MEMORY, tile + VECTOR, ORDER);
        c10.intoMemorySegment(MEMORY, tile + 2 * VECTOR, ORDER);
        c11.intoMemorySegment(MEMORY, tile + 3 * VECTOR, ORDER);
        c20.intoMemorySegment(MEMORY, tile + 4 * VECTOR, ORDER);
        c21.intoMemorySegment(MEMORY, tile + 5 * VECTOR, ORDER);
        c30.intoMemorySegment(MEMORY, tile + 6 * VECTOR, ORDER);
        c31.intoMemorySegment(MEMORY, tile + 7 * VECTOR, ORDER);
    }
}
