package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * The vector width of the row kernels, and their loads and stores.
 *
 * <p>The width is the machine's preferred one, or {@code narrowbert.vectorBits} where that is less. It is read once, here, since the compiler
 * makes good code only of species that are constants; tests run the same kernels again in a JVM with 128 and with 256 bits.
 *
 * <p>The methods here are for loops that hold little else. The compiler inlines them only until it has counted many nodes, which a dozen operations on
 * vectors can reach once their method is itself inlined, and a vector that goes through a call goes through the heap. Loops that hold more call the
 * JDK's own methods, which are always inlined, with the constants given here.
 *
 * <p>Addresses are absolute, in bytes, and need no alignment: rows may begin anywhere. Whoever computes them has checked the matrix's extents.
 */
final class Lanes {
    /** The vectors of all row kernels. */
    static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.bits()));

    /** As many ints as {@link #FLOATS} has floats. */
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** Lanes of a vector. */
    static final int COUNT = FLOATS.length();

    /** Bytes of a vector. */
    static final int BYTES = COUNT * Float.BYTES;

    /** One float at an address that is a multiple of 4. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    /** All memory, by absolute address. */
    static final MemorySegment MEMORY = AllMemory.SEGMENT;

    /** The byte order of all loads and stores. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    // Lane i of a turned vector is lane i + distance of the original, modulo the number of lanes.
    static final VectorShuffle<Float> TURN_8 = turn(8);
    static final VectorShuffle<Float> TURN_4 = turn(4);
    static final VectorShuffle<Float> TURN_2 = turn(2);
    static final VectorShuffle<Float> TURN_1 = turn(1);

    private Lanes() {}

    static FloatVector zero() {
        return FloatVector.zero(FLOATS);
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, MEMORY, address, ORDER);
    }

    /** Loads the lanes that the mask names; the others are 0 and their memory is not touched. */
    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, MEMORY, address, ORDER, mask);
    }

    static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(MEMORY, address, ORDER);
    }

    /** Stores the lanes that the mask names; the memory of the others is not touched. */
    static void store(FloatVector vector, long address, VectorMask<Float> mask) {
        vector.intoMemorySegment(MEMORY, address, ORDER, mask);
    }

    /** The columns below {@code limit}, of the vector that begins at {@code first}. */
    static VectorMask<Float> tail(int first, int limit) {
        return FLOATS.indexInRange(first, limit);
    }

    private static VectorShuffle<Float> turn(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane + distance) % FLOATS.length());
    }
}
