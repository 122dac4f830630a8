package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.engine.random.DropoutMask;

/**
 * LayerNorm of one row of {@code columns} values, as a chain of short loops that each fit the compiler's vector registers; between them the row
 * stays in the first-level cache.
 *
 * <p>Lane i of a vector holds column first + i. Reductions run in four accumulators (additions wait for each other less), whose lanes are added
 * in a fixed tree; the columns that fill no vector go through a masked load. So a row's bits depend on its values and its length alone.
 */
final class NormalizeRow {
    private static final int STEP = 4 * Lanes.COUNT;

    private NormalizeRow() {}

    /** sum = input + residual; returns the total of sum. {@code sum} may be {@code input}. */
    static float add(long input, long residual, long sum, int columns) {
        FloatVector total0 = Lanes.zero();
        FloatVector total1 = Lanes.zero();
        int column = 0;
        for (; column <= columns - 2 * Lanes.COUNT; column += 2 * Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector sum0 = Lanes.load(input + at).add(Lanes.load(residual + at));
            FloatVector sum1 = Lanes.load(input + at + Lanes.BYTES).add(Lanes.load(residual + at + Lanes.BYTES));
            Lanes.store(sum0, sum + at);
            Lanes.store(sum1, sum + at + Lanes.BYTES);
            total0 = total0.add(sum0);
            total1 = total1.add(sum1);
        }
        for (; column < columns; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector sum0 = Lanes.load(input + at, tail).add(Lanes.load(residual + at, tail));
            Lanes.store(sum0, sum + at, tail);
            total0 = total0.add(sum0);
        }
        return Lanes.sum(total0.add(total1));
    }

    /** sum = dropout(input) + residual; returns the total of sum. {@code sum} may be {@code input}. */
    static float addDropped(long input, long residual, long sum, int columns, DropoutMask mask, long rowKey) {
        int threshold = mask.threshold();
        float scale = mask.scale();
        IntVector steps = DropoutLanes.columns();
        FloatVector total = Lanes.zero();
        int column = 0;
        for (; column <= columns - Lanes.COUNT; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> kept =
                    DropoutLanes.kept(steps.add(column * CounterRandom.COLUMN_STEP), rowKey, threshold);
            FloatVector value =
                    DropoutLanes.drop(Lanes.load(input + at), kept, scale).add(Lanes.load(residual + at));
            Lanes.store(value, sum + at);
            total = total.add(value);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            VectorMask<Float> kept =
                    DropoutLanes.kept(steps.add(column * CounterRandom.COLUMN_STEP), rowKey, threshold);
            FloatVector value =
                    DropoutLanes.drop(Lanes.load(input + at, tail), kept, scale).add(Lanes.load(residual + at, tail));
            Lanes.store(value, sum + at, tail);
            total = total.add(value);
        }
        return Lanes.sum(total);
    }

    /** The total of a row. */
    static float total(long row, int columns) {
        FloatVector total0 = Lanes.zero();
        FloatVector total1 = Lanes.zero();
        FloatVector total2 = Lanes.zero();
        FloatVector total3 = Lanes.zero();
        int column = 0;
        for (; column <= columns - STEP; column += STEP) {
            long at = row + (long) column * Float.BYTES;
            total0 = total0.add(Lanes.load(at));
            total1 = total1.add(Lanes.load(at + Lanes.BYTES));
            total2 = total2.add(Lanes.load(at + 2 * Lanes.BYTES));
            total3 = total3.add(Lanes.load(at + 3 * Lanes.BYTES));
        }
        for (; column < columns; column += Lanes.COUNT) {
            total0 = total0.add(Lanes.load(row + (long) column * Float.BYTES, Lanes.tail(column, columns)));
        }
        return Lanes.sum(total0.add(total2).add(total1.add(total3)));
    }

    /** The sum of squares of the row minus its mean: a second pass over the row, since E[x^2] - mean^2 cancels. */
    static float squares(long row, int columns, float mean) {
        FloatVector total0 = Lanes.zero();
        FloatVector total1 = Lanes.zero();
        FloatVector total2 = Lanes.zero();
        FloatVector total3 = Lanes.zero();
        int column = 0;
        for (; column <= columns - STEP; column += STEP) {
            long at = row + (long) column * Float.BYTES;
            FloatVector x0 = Lanes.load(at).sub(mean);
            FloatVector x1 = Lanes.load(at + Lanes.BYTES).sub(mean);
            FloatVector x2 = Lanes.load(at + 2 * Lanes.BYTES).sub(mean);
            FloatVector x3 = Lanes.load(at + 3 * Lanes.BYTES).sub(mean);
            total0 = x0.fma(x0, total0);
            total1 = x1.fma(x1, total1);
            total2 = x2.fma(x2, total2);
            total3 = x3.fma(x3, total3);
        }
        for (; column < columns; column += Lanes.COUNT) {
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector x = Lanes.zero()
                    .blend(Lanes.load(row + (long) column * Float.BYTES, tail).sub(mean), tail);
            total0 = x.fma(x, total0);
        }
        return Lanes.sum(total0.add(total2).add(total1.add(total3)));
    }

    /** output = (row - mean) * inverseDeviation * weight + bias. */
    static void scale(long row, int columns, float mean, float inverseDeviation, long weight, long bias, long output) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector normal = Lanes.load(row + at).sub(mean).mul(inverseDeviation);
            Lanes.store(normal.fma(Lanes.load(weight + at), Lanes.load(bias + at)), output + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector normal = Lanes.load(row + at, tail).sub(mean).mul(inverseDeviation);
            FloatVector result = normal.fma(Lanes.load(weight + at, tail), Lanes.load(bias + at, tail));
            Lanes.store(result, output + at, tail);
        }
    }
}
