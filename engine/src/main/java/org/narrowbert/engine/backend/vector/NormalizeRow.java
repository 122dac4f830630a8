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

/**
 * LayerNorm of one row of {@code columns} values, as a chain of short loops that each fit the compiler's vector registers; between them the row
 * stays in the first-level cache.
 *
 * <p>Lane i of a vector holds column first + i. Reductions run in four accumulators (additions wait for each other less), whose lanes are added
 * in a fixed tree; the columns that fill no vector go through a masked load. So a row's bits depend on its values and its length alone.
 */
final class NormalizeRow {
    private static final int STEP = 4 * COUNT;

    private NormalizeRow() {}

    /** sum = input + residual; returns the total of sum. {@code sum} may be {@code input}. */
    static float add(long input, long residual, long sum, int columns) {
        FloatVector total0 = FloatVector.zero(FLOATS);
        FloatVector total1 = FloatVector.zero(FLOATS);
        int column = 0;
        for (; column <= columns - 2 * COUNT; column += 2 * COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector sum0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, input + at, ORDER)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, residual + at, ORDER));
            FloatVector sum1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, input + at + BYTES, ORDER)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, residual + at + BYTES, ORDER));
            sum0.intoMemorySegment(MEMORY, sum + at, ORDER);
            sum1.intoMemorySegment(MEMORY, sum + at + BYTES, ORDER);
            total0 = total0.add(sum0);
            total1 = total1.add(sum1);
        }
        for (; column < columns; column += COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector sum0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, input + at, ORDER, tail)
                    .add(FloatVector.fromMemorySegment(FLOATS, MEMORY, residual + at, ORDER, tail));
            sum0.intoMemorySegment(MEMORY, sum + at, ORDER, tail);
            total0 = total0.add(sum0);
        }
        FloatVector total = total0.add(total1);
        total = COUNT < 16 ? total : total.add(total.rearrange(TURN_8));
        total = COUNT < 8 ? total : total.add(total.rearrange(TURN_4));
        total = total.add(total.rearrange(TURN_2));
        return total.add(total.rearrange(TURN_1)).lane(0);
    }

    /** The total of a row. */
    static float total(long row, int columns) {
        FloatVector total0 = FloatVector.zero(FLOATS);
        FloatVector total1 = FloatVector.zero(FLOATS);
        FloatVector total2 = FloatVector.zero(FLOATS);
        FloatVector total3 = FloatVector.zero(FLOATS);
        int column = 0;
        for (; column <= columns - STEP; column += STEP) {
            long at = row + (long) column * Float.BYTES;
            total0 = total0.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER));
            total1 = total1.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER));
            total2 = total2.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER));
            total3 = total3.add(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER));
        }
        for (; column < columns; column += COUNT) {
            total0 = total0.add(FloatVector.fromMemorySegment(
                    FLOATS, MEMORY, row + (long) column * Float.BYTES, ORDER, FLOATS.indexInRange(column, columns)));
        }
        FloatVector total = total0.add(total2).add(total1.add(total3));
        total = COUNT < 16 ? total : total.add(total.rearrange(TURN_8));
        total = COUNT < 8 ? total : total.add(total.rearrange(TURN_4));
        total = total.add(total.rearrange(TURN_2));
        return total.add(total.rearrange(TURN_1)).lane(0);
    }

    /** The sum of squares of the row minus its mean: a second pass over the row, since E[x^2] - mean^2 cancels. */
    static float squares(long row, int columns, float mean) {
        FloatVector total0 = FloatVector.zero(FLOATS);
        FloatVector total1 = FloatVector.zero(FLOATS);
        FloatVector total2 = FloatVector.zero(FLOATS);
        FloatVector total3 = FloatVector.zero(FLOATS);
        int column = 0;
        for (; column <= columns - STEP; column += STEP) {
            long at = row + (long) column * Float.BYTES;
            FloatVector x0 =
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).sub(mean);
            FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + BYTES, ORDER)
                    .sub(mean);
            FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 2 * BYTES, ORDER)
                    .sub(mean);
            FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 3 * BYTES, ORDER)
                    .sub(mean);
            total0 = x0.fma(x0, total0);
            total1 = x1.fma(x1, total1);
            total2 = x2.fma(x2, total2);
            total3 = x3.fma(x3, total3);
        }
        for (; column < columns; column += COUNT) {
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector x = FloatVector.zero(FLOATS)
                    .blend(
                            FloatVector.fromMemorySegment(
                                            FLOATS, MEMORY, row + (long) column * Float.BYTES, ORDER, tail)
                                    .sub(mean),
                            tail);
            total0 = x.fma(x, total0);
        }
        FloatVector total = total0.add(total2).add(total1.add(total3));
        total = COUNT < 16 ? total : total.add(total.rearrange(TURN_8));
        total = COUNT < 8 ? total : total.add(total.rearrange(TURN_4));
        total = total.add(total.rearrange(TURN_2));
        return total.add(total.rearrange(TURN_1)).lane(0);
    }

    /** output = (row - mean) * inverseDeviation * weight + bias. */
    static void scale(long row, int columns, float mean, float inverseDeviation, long weight, long bias, long output) {
        int body = FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector normal = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER)
                    .sub(mean)
                    .mul(inverseDeviation);
            normal.fma(
                            FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + at, ORDER),
                            FloatVector.fromMemorySegment(FLOATS, MEMORY, bias + at, ORDER))
                    .intoMemorySegment(MEMORY, output + at, ORDER);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector normal = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER, tail)
                    .sub(mean)
                    .mul(inverseDeviation);
            FloatVector result = normal.fma(
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + at, ORDER, tail),
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, bias + at, ORDER, tail));
            result.intoMemorySegment(MEMORY, output + at, ORDER, tail);
        }
    }
}
