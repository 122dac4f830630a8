package org.narrowbert.engine.backend.vector;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The vector width of the row kernels, and what they do with a whole vector: load, store, add its lanes in a fixed order.
 *
 * <p>The width is the machine's preferred one, or {@code narrowbert.vectorBits} where that is less. It is read once, here, since the compiler
 * makes good code only of species that are constants; tests run the same kernels again in a JVM with 128 and with 256 bits.
 *
 * <p>Addresses are absolute, in bytes, and need no alignment: rows may begin anywhere. Whoever computes them has checked the matrix's extents.
 */
final class Lanes {
    /** The vectors of all row kernels. */
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, shape());

    /** As many ints as {@link #FLOATS} has floats. */
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** Lanes of a vector. */
    static final int COUNT = FLOATS.length();

    /** Bytes of a vector. */
    static final int BYTES = COUNT * Float.BYTES;

    /** One float at an address that is a multiple of 4. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    // Lane i of a turned vector is lane i + distance of the original, modulo the number of lanes.
    private static final VectorShuffle<Float> TURN_8 = turn(8);
    private static final VectorShuffle<Float> TURN_4 = turn(4);
    private static final VectorShuffle<Float> TURN_2 = turn(2);
    private static final VectorShuffle<Float> TURN_1 = turn(1);

    private Lanes() {}

    static FloatVector zero() {
        return FloatVector.zero(FLOATS);
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, AllMemory.SEGMENT, address, ORDER);
    }

    /** Loads the lanes that the mask names; the others are 0 and their memory is not touched. */
    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, AllMemory.SEGMENT, address, ORDER, mask);
    }

    static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(AllMemory.SEGMENT, address, ORDER);
    }

    /** Stores the lanes that the mask names; the memory of the others is not touched. */
    static void store(FloatVector vector, long address, VectorMask<Float> mask) {
        vector.intoMemorySegment(AllMemory.SEGMENT, address, ORDER, mask);
    }

    static IntVector loadInts(long address) {
        return IntVector.fromMemorySegment(INTS, AllMemory.SEGMENT, address, ORDER);
    }

    /** The columns below {@code limit}, of the vector that begins at {@code first}. */
    static VectorMask<Float> tail(int first, int limit) {
        return FLOATS.indexInRange(first, limit);
    }

    /**
     * The sum of all lanes: the upper half is added to the lower half until one is left. ({@code reduceLanes} promises no order, so its bits may
     * change with the compiler.)
     */
    static float sum(FloatVector vector) {
        FloatVector sum = vector;
        if (COUNT >= 16) {
            sum = sum.add(sum.rearrange(TURN_8));
        }
        if (COUNT >= 8) {
            sum = sum.add(sum.rearrange(TURN_4));
        }
        return sumOfFour(sum);
    }

    private static float sumOfFour(FloatVector vector) {
        FloatVector sum = vector.add(vector.rearrange(TURN_2));
        return sum.add(sum.rearrange(TURN_1)).lane(0);
    }

    /** The largest lane; a lane that is not a number may be passed over. */
    static float largest(FloatVector vector) {
        FloatVector largest = vector;
        if (COUNT >= 16) {
            largest = larger(largest, largest.rearrange(TURN_8));
        }
        if (COUNT >= 8) {
            largest = larger(largest, largest.rearrange(TURN_4));
        }
        largest = larger(largest, largest.rearrange(TURN_2));
        return larger(largest, largest.rearrange(TURN_1)).lane(0);
    }

    /** The larger of each pair of lanes; a lane of {@code b} that is not a number is passed over. One comparison, one blend: half of MAX. */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static VectorShuffle<Float> turn(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane + distance) % FLOATS.length());
    }

    private static VectorShape shape() {
        int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        int bits = Math.min(preferred, Integer.getInteger("narrowbert.vectorBits", 512));
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("narrowbert.vectorBits " + bits + " is not 128, 256 or 512");
        }
        return VectorShape.forBitSize(bits);
    }
}
