package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/** Rows of panels, a vector at a time. One copy of the class a vector width, since their order depends on it. */
final class Bfloat16Rows implements Bfloat16Panels {
    private static final int STREAMS = Bfloat16MicroKernel.STREAMS;
    private static final int NO_SIGN = 0x7FFFFFFF;
    private static final int INFINITY = 0x7F800000;
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(
            int.class, WidthCopies.species(MethodHandles.lookup()).vectorShape());
    private static final long VECTOR = INTS.vectorByteSize();
    private static final MemorySegment MEMORY = AllMemory.SEGMENT;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    @Override
    public void round(long panel, int width, int depth, long target, long streamBytes) {
        int steps = width / (2 * INTS.length());
        for (int row = 0; row < depth; row++) {
            long from = panel + (long) row * width * Float.BYTES;
            long to = target + row % STREAMS * streamBytes + row / STREAMS * steps * VECTOR;
            for (int step = 0; step < steps; step++) {
                IntVector low = IntVector.fromMemorySegment(INTS, MEMORY, from + 2 * step * VECTOR, ORDER);
                IntVector high = IntVector.fromMemorySegment(INTS, MEMORY, from + (2 * step + 1) * VECTOR, ORDER);
                rounded(low)
                        .lanewise(VectorOperators.LSHR, BITS)
                        .or(rounded(high).and(UPPER))
                        .intoMemorySegment(MEMORY, to + step * VECTOR, ORDER);
            }
        }
    }

    @Override
    public void widen(long source, long streamBytes, int width, int depth, long panel) {
        int steps = width / (2 * INTS.length());
        for (int row = 0; row < depth; row++) {
            long from = source + row % STREAMS * streamBytes + row / STREAMS * steps * VECTOR;
            long to = panel + (long) row * width * Float.BYTES;
            for (int step = 0; step < steps; step++) {
                IntVector pairs = IntVector.fromMemorySegment(INTS, MEMORY, from + step * VECTOR, ORDER);
                pairs.lanewise(VectorOperators.LSHL, BITS).intoMemorySegment(MEMORY, to + 2 * step * VECTOR, ORDER);
                pairs.and(UPPER).intoMemorySegment(MEMORY, to + (2 * step + 1) * VECTOR, ORDER);
            }
        }
    }

    private static IntVector rounded(IntVector bits) {
        IntVector even = bits.lanewise(VectorOperators.LSHR, BITS).and(1);
        VectorMask<Integer> notANumber = bits.and(NO_SIGN).compare(VectorOperators.GT, INFINITY);
        return bits.add(BELOW_HALF).add(even).blend(bits.or(QUIET), notANumber);
    }
}
