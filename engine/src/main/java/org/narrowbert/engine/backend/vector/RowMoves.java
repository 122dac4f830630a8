package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.BYTES;
import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_1;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_2;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_4;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Copies, sums and products of single rows. Lane i holds column first + i; the columns that fill no vector are masked. */
final class RowMoves {
    private RowMoves() {}

    /** target = 0. */
    static void zero(long target, int columns) {
        set(target, 0, columns);
    }

    /** target = value. */
    static void set(long target, float value, int columns) {
        FloatVector values = FloatVector.broadcast(FLOATS, value);
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            values.intoMemorySegment(MEMORY, target + (long) column * Float.BYTES, ORDER);
        }
        if (column < columns) {
            values.intoMemorySegment(
                    MEMORY, target + (long) column * Float.BYTES, ORDER, FLOATS.indexInRange(column, columns));
        }
    }

    /** target = source. */
    static void copy(long source, long target, int columns) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER)
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER, tail)
                    .intoMemorySegment(MEMORY, target + at, ORDER, tail);
        }
    }

    /** target[from], target[from + 1] ... = source. */
    static void copy(long source, float[] target, int from, int columns) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + (long) column * Float.BYTES, ORDER)
                    .intoArray(target, from + column);
        }
        if (column < columns) {
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + (long) column * Float.BYTES, ORDER, tail)
                    .intoArray(target, from + column, tail);
        }
    }

    /** target += source. */
    static void add(long source, long target, int columns) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, MEMORY, target + at, ORDER)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER))
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, target + at, ORDER, tail)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER, tail));
            sum.intoMemorySegment(MEMORY, target + at, ORDER, tail);
        }
    }

    /** target = source, or target += source. */
    static void put(long source, long target, int columns, boolean accumulate) {
        if (accumulate) {
            add(source, target, columns);
        } else {
            copy(source, target, columns);
        }
    }

    /** target = first + second + third. */
    static void sum(long first, long second, long third, long target, int columns) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, first + at, ORDER)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, second + at, ORDER))
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, third + at, ORDER));
            sum.intoMemorySegment(MEMORY, target + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, MEMORY, first + at, ORDER, tail)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, second + at, ORDER, tail))
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, third + at, ORDER, tail));
            sum.intoMemorySegment(MEMORY, target + at, ORDER, tail);
        }
    }

    /** target = source * factor. */
    static void scale(long source, float factor, long target, int columns) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER)
                    .mul(factor)
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER, tail)
                    .mul(factor)
                    .intoMemorySegment(MEMORY, target + at, ORDER, tail);
        }
    }

    /** target = source * factor + target * keep. */
    static void blend(long source, float factor, float keep, long target, int columns) {
        FloatVector factors = FloatVector.broadcast(FLOATS, factor);
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector kept = FloatVector.fromMemorySegment(FLOATS, MEMORY, target + at, ORDER)
                    .mul(keep);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER)
                    .fma(factors, kept)
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector kept = FloatVector.fromMemorySegment(FLOATS, MEMORY, target + at, ORDER, tail)
                    .mul(keep);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER, tail)
                    .fma(factors, kept)
                    .intoMemorySegment(MEMORY, target + at, ORDER, tail);
        }
    }

    /** The inner product of two rows, in two accumulators whose lanes are added in a fixed tree. */
    static float dot(long left, long right, int columns) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        int column = 0;
        for (; column <= columns - 2 * COUNT; column += 2 * COUNT) {
            long at = (long) column * Float.BYTES;
            long next = at + BYTES;
            sum0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + at, ORDER)
                    .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + at, ORDER), sum0);
            sum1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + next, ORDER)
                    .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + next, ORDER), sum1);
        }
        for (; column < columns; column += COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            sum0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, left + at, ORDER, tail)
                    .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, right + at, ORDER, tail), sum0);
        }
        FloatVector sum = sum0.add(sum1);
        sum = COUNT < 16 ? sum : sum.add(sum.rearrange(TURN_8));
        sum = COUNT < 8 ? sum : sum.add(sum.rearrange(TURN_4));
        sum = sum.add(sum.rearrange(TURN_2));
        return sum.add(sum.rearrange(TURN_1)).lane(0);
    }
}
