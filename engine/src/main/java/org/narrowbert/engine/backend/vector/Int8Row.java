package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.BYTES;
import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.INTS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of floats as rows of bytes, and sums of bytes' products as floats.
 *
 * <p>Four vectors of columns make one vector of bytes: lane i holds, from its lowest byte up, the columns first + i, first + COUNT + i and so on. That is another
 * order than the columns', the same one for both operands of a product, whose sums do not depend on it; and it takes no instruction but shifts.
 */
final class Int8Row {
    /** The largest value of a byte without sign. */
    static final int LARGEST_BYTE = 255;

    /** Columns that fill a vector of bytes. */
    private static final int GROUP = Integer.BYTES * COUNT;

    /** A float32 of this magnitude has no fraction: adding it rounds to nearest, and leaves the whole number in the lowest bits. */
    private static final float ROUNDER = 0x1.8p23F;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final int LOWEST_BYTE = 0xFF;

    private static final FloatVector ZERO = FloatVector.zero(FLOATS);

    private Int8Row() {}

    /** Bytes of a row of so many columns: whole vectors. */
    static int padded(int columns) {
        return Math.ceilDiv(columns, GROUP) * GROUP;
    }

    /**
     * The least and the largest of a row's values and 0; what is not finite makes both not a number. The loop compares and blends, which is half of what MIN and
     * MAX compile to, and keeps two of each, which do not wait for one another.
     *
     * @return {@link #least} and {@link #largest} take it apart
     */
    static long range(long row, int columns) {
        FloatVector least = FloatVector.zero(FLOATS);
        FloatVector most = least;
        FloatVector otherLeast = least;
        FloatVector otherMost = least;
        FloatVector zeros = least;
        int body = columns / (2 * COUNT) * (2 * COUNT);
        for (int column = 0; column < body; column += 2 * COUNT) {
            FloatVector next = load(row + (long) column * Float.BYTES);
            FloatVector other = load(row + (long) column * Float.BYTES + BYTES);
            least = least.blend(next, next.compare(VectorOperators.LT, least));
            most = most.blend(next, next.compare(VectorOperators.GT, most));
            otherLeast = otherLeast.blend(other, other.compare(VectorOperators.LT, otherLeast));
            otherMost = otherMost.blend(other, other.compare(VectorOperators.GT, otherMost));
            zeros = next.fma(ZERO, other.fma(ZERO, zeros));
        }
        for (int column = body; column < columns; column += COUNT) {
            FloatVector next = load(row + (long) column * Float.BYTES, column, columns);
            least = least.blend(next, next.compare(VectorOperators.LT, least));
            most = most.blend(next, next.compare(VectorOperators.GT, most));
            zeros = next.fma(ZERO, zeros);
        }
        float smallest = least.min(otherLeast).reduceLanes(VectorOperators.MIN);
        float largest = most.max(otherMost).reduceLanes(VectorOperators.MAX);
        float zero = zeros.reduceLanes(VectorOperators.ADD);
        return Integer.toUnsignedLong(Float.floatToRawIntBits(smallest + zero))
                | (long) Float.floatToRawIntBits(largest + zero) << Integer.SIZE;
    }

    static float least(long range) {
        return Float.intBitsToFloat((int) range);
    }

    static float largest(long range) {
        return Float.intBitsToFloat((int) (range >>> Integer.SIZE));
    }

    /**
     * target = value * steps + zero, to the nearest whole number from {@code least} to {@code most}; beyond the columns, zero.
     *
     * @param row address of the values
     * @param steps whole numbers per unit; times a value no more than some hundred
     * @param target address of {@link #padded} bytes
     * @return the sum of the bytes
     */
    static int quantize(long row, int columns, float steps, int zero, int least, int most, long target) {
        IntVector sums = IntVector.zero(INTS);
        int body = columns / GROUP * GROUP;
        for (int column = 0; column < body; column += GROUP) {
            long at = row + (long) column * Float.BYTES;
            IntVector first = whole(load(at), steps, zero, least, most);
            IntVector second = whole(load(at + BYTES), steps, zero, least, most);
            IntVector third = whole(load(at + 2L * BYTES), steps, zero, least, most);
            IntVector fourth = whole(load(at + 3L * BYTES), steps, zero, least, most);
            sums = sums.add(first).add(second).add(third).add(fourth);
            packed(first, second, third, fourth).intoMemorySegment(MEMORY, target + column, ORDER);
        }
        if (body < columns) {
            long at = row + (long) body * Float.BYTES;
            IntVector first = whole(load(at, body, columns), steps, zero, least, most);
            IntVector second = whole(load(at + BYTES, body + COUNT, columns), steps, zero, least, most);
            IntVector third = whole(load(at + 2L * BYTES, body + 2 * COUNT, columns), steps, zero, least, most);
            IntVector fourth = whole(load(at + 3L * BYTES, body + 3 * COUNT, columns), steps, zero, least, most);
            sums = sums.add(first).add(second).add(third).add(fourth);
            packed(first, second, third, fourth).intoMemorySegment(MEMORY, target + body, ORDER);
        }
        return sums.reduceLanes(VectorOperators.ADD);
    }

    /**
     * row = (sums - zero * weightSums) * scale * weightScales + bias: what the bytes' products stand for.
     *
     * @param row address of ints, which floats take the place of
     * @param scale of the input's row
     * @param zero the byte that stands for 0 in the input's row
     * @param weightScales address of each column's scale
     * @param weightSums address of the sum of each column's bytes
     * @param bias address of each column's bias
     */
    static void toFloats(long row, int columns, float scale, int zero, long weightScales, long weightSums, long bias) {
        int body = FLOATS.loopBound(columns);
        for (int column = 0; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            IntVector sums = IntVector.fromMemorySegment(INTS, MEMORY, row + at, ORDER)
                    .sub(IntVector.fromMemorySegment(INTS, MEMORY, weightSums + at, ORDER)
                            .mul(zero));
            FloatVector scales = FloatVector.fromMemorySegment(FLOATS, MEMORY, weightScales + at, ORDER)
                    .mul(scale);
            floats(sums)
                    .fma(scales, FloatVector.fromMemorySegment(FLOATS, MEMORY, bias + at, ORDER))
                    .intoMemorySegment(MEMORY, row + at, ORDER);
        }
        if (body < columns) {
            long at = (long) body * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(body, columns);
            VectorMask<Integer> ints = INTS.indexInRange(body, columns);
            IntVector sums = IntVector.fromMemorySegment(INTS, MEMORY, row + at, ORDER, ints)
                    .sub(IntVector.fromMemorySegment(INTS, MEMORY, weightSums + at, ORDER, ints)
                            .mul(zero));
            FloatVector scales = FloatVector.fromMemorySegment(FLOATS, MEMORY, weightScales + at, ORDER, tail)
                    .mul(scale);
            floats(sums)
                    .fma(scales, FloatVector.fromMemorySegment(FLOATS, MEMORY, bias + at, ORDER, tail))
                    .intoMemorySegment(MEMORY, row + at, ORDER, tail);
        }
    }

    static void putFloat(long base, int index, float value) {
        MEMORY.set(ValueLayout.JAVA_FLOAT, base + (long) index * Float.BYTES, value);
    }

    static void putInt(long base, int index, int value) {
        MEMORY.set(ValueLayout.JAVA_INT, base + (long) index * Integer.BYTES, value);
    }

    static float floatAt(long base, int index) {
        return MEMORY.get(ValueLayout.JAVA_FLOAT, base + (long) index * Float.BYTES);
    }

    static int intAt(long base, int index) {
        return MEMORY.get(ValueLayout.JAVA_INT, base + (long) index * Integer.BYTES);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, MEMORY, address, ORDER);
    }

    private static FloatVector load(long address, int column, int columns) {
        return FloatVector.fromMemorySegment(FLOATS, MEMORY, address, ORDER, FLOATS.indexInRange(column, columns));
    }

    private static IntVector whole(FloatVector values, float steps, int zero, int least, int most) {
        return values.mul(steps)
                .add(ROUNDER)
                .reinterpretAsInts()
                .add(zero - ROUNDER_BITS)
                .lanewise(VectorOperators.MAX, least)
                .lanewise(VectorOperators.MIN, most);
    }

    private static IntVector packed(IntVector first, IntVector second, IntVector third, IntVector fourth) {
        return first.and(LOWEST_BYTE)
                .or(second.and(LOWEST_BYTE).lanewise(VectorOperators.LSHL, Byte.SIZE))
                .or(third.and(LOWEST_BYTE).lanewise(VectorOperators.LSHL, 2 * Byte.SIZE))
                .or(fourth.lanewise(VectorOperators.LSHL, 3 * Byte.SIZE));
    }

    private static FloatVector floats(IntVector ints) {
        return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
    }
}
