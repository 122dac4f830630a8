package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Copies, sums and products of single rows. Lane i holds column first + i; the columns that fill no vector are masked. */
final class RowMoves {
    private RowMoves() {}

    /** target = 0. */
    static void zero(long target, int columns) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            Lanes.store(Lanes.zero(), target + (long) column * Float.BYTES);
        }
        if (column < columns) {
            Lanes.store(Lanes.zero(), target + (long) column * Float.BYTES, Lanes.tail(column, columns));
        }
    }

    /** target = source. */
    static void copy(long source, long target, int columns) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            Lanes.store(Lanes.load(source + at), target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            Lanes.store(Lanes.load(source + at, tail), target + at, tail);
        }
    }

    /** target += source. */
    static void add(long source, long target, int columns) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            Lanes.store(Lanes.load(target + at).add(Lanes.load(source + at)), target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector sum = Lanes.load(target + at, tail).add(Lanes.load(source + at, tail));
            Lanes.store(sum, target + at, tail);
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
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector sum =
                    Lanes.load(first + at).add(Lanes.load(second + at)).add(Lanes.load(third + at));
            Lanes.store(sum, target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector sum = Lanes.load(first + at, tail)
                    .add(Lanes.load(second + at, tail))
                    .add(Lanes.load(third + at, tail));
            Lanes.store(sum, target + at, tail);
        }
    }

    /** target = source * factor. */
    static void scale(long source, float factor, long target, int columns) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            Lanes.store(Lanes.load(source + at).mul(factor), target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            Lanes.store(Lanes.load(source + at, tail).mul(factor), target + at, tail);
        }
    }

    /** target = source * factor + target * keep. */
    static void blend(long source, float factor, float keep, long target, int columns) {
        FloatVector factors = Lanes.broadcast(factor);
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector kept = Lanes.load(target + at).mul(keep);
            Lanes.store(Lanes.load(source + at).fma(factors, kept), target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector kept = Lanes.load(target + at, tail).mul(keep);
            Lanes.store(Lanes.load(source + at, tail).fma(factors, kept), target + at, tail);
        }
    }

    /** The inner product of two rows, in two accumulators whose lanes are added in a fixed tree. */
    static float dot(long left, long right, int columns) {
        FloatVector sum0 = Lanes.zero();
        FloatVector sum1 = Lanes.zero();
        int column = 0;
        for (; column <= columns - 2 * Lanes.COUNT; column += 2 * Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            long next = at + Lanes.BYTES;
            sum0 = Lanes.load(left + at).fma(Lanes.load(right + at), sum0);
            sum1 = Lanes.load(left + next).fma(Lanes.load(right + next), sum1);
        }
        for (; column < columns; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            sum0 = Lanes.load(left + at, tail).fma(Lanes.load(right + at, tail), sum0);
        }
        return Lanes.sum(sum0.add(sum1));
    }
}
