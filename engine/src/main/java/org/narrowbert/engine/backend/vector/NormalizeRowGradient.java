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
 * Gradient of LayerNorm for one row x of {@code columns} values: with n = (x - mean) * inverseDeviation, g the output's gradient and d = g *
 * weight, the row's gradient is inverseDeviation * (d - mean(d) - n * mean(d * n)).
 *
 * <p>Lane i of a vector holds column first + i; columns that fill no vector are masked, or go one by one. The methods are short: of one that did all, the
 * quick compiler ran out of registers, and then the optimizing one never came to it.
 */
final class NormalizeRowGradient {
    /** What one row's gradient needs; filled again for every row, one object a worker, so that no method has a dozen parameters. */
    static final class Operands {
        long row;
        long gradient;
        long weight;
        int columns;
        float mean;
        float inverseDeviation;

        /** Sum of d, set by {@link #sums}. */
        float total;

        /** Sum of d * n, set by {@link #sums}. */
        float projection;
    }

    private NormalizeRowGradient() {}

    /** Computes the two sums that the row's gradient needs. */
    static void sums(Operands o) {
        long row = o.row;
        long gradient = o.gradient;
        long weight = o.weight;
        int columns = o.columns;
        float mean = o.mean;
        float inverseDeviation = o.inverseDeviation;
        FloatVector total0 = FloatVector.zero(FLOATS);
        FloatVector total1 = FloatVector.zero(FLOATS);
        FloatVector projection0 = FloatVector.zero(FLOATS);
        FloatVector projection1 = FloatVector.zero(FLOATS);
        int column = 0;
        for (; column <= columns - 2 * COUNT; column += 2 * COUNT) {
            long at = (long) column * Float.BYTES;
            long next = at + BYTES;
            FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + at, ORDER)
                    .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + at, ORDER));
            FloatVector d1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + next, ORDER)
                    .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + next, ORDER));
            total0 = total0.add(d0);
            total1 = total1.add(d1);
            projection0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER)
                    .sub(mean)
                    .fma(d0, projection0);
            projection1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + next, ORDER)
                    .sub(mean)
                    .fma(d1, projection1);
        }
        for (; column < columns; column += COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = FLOATS.indexInRange(column, columns);
            FloatVector d = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + at, ORDER, tail)
                    .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + at, ORDER, tail));
            total0 = total0.add(d);
            projection0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER, tail)
                    .sub(mean)
                    .fma(d, projection0);
        }
        FloatVector total = total0.add(total1);
        total = COUNT < 16 ? total : total.add(total.rearrange(TURN_8));
        total = COUNT < 8 ? total : total.add(total.rearrange(TURN_4));
        total = total.add(total.rearrange(TURN_2));
        o.total = total.add(total.rearrange(TURN_1)).lane(0);
        FloatVector projection = projection0.add(projection1);
        projection = COUNT < 16 ? projection : projection.add(projection.rearrange(TURN_8));
        projection = COUNT < 8 ? projection : projection.add(projection.rearrange(TURN_4));
        projection = projection.add(projection.rearrange(TURN_2));
        o.projection = projection.add(projection.rearrange(TURN_1)).lane(0) * inverseDeviation;
    }

    /** weightSum += g * n; biasSum += g. */
    static void addToParameters(Operands o, long weightSum, long biasSum) {
        long row = o.row;
        long gradient = o.gradient;
        float mean = o.mean;
        float inverseDeviation = o.inverseDeviation;
        int whole = FLOATS.loopBound(o.columns);
        for (int column = 0; column < whole; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + at, ORDER);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER)
                    .sub(mean)
                    .mul(inverseDeviation)
                    .fma(g, FloatVector.fromMemorySegment(FLOATS, MEMORY, weightSum + at, ORDER))
                    .intoMemorySegment(MEMORY, weightSum + at, ORDER);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, biasSum + at, ORDER)
                    .add(g)
                    .intoMemorySegment(MEMORY, biasSum + at, ORDER);
        }
        for (int column = whole; column < o.columns; column++) {
            long at = (long) column * Float.BYTES;
            float g = MEMORY.get(Lanes.FLOAT, gradient + at);
            float normal = (MEMORY.get(Lanes.FLOAT, row + at) - mean) * inverseDeviation;
            MEMORY.set(Lanes.FLOAT, weightSum + at, MEMORY.get(Lanes.FLOAT, weightSum + at) + normal * g);
            MEMORY.set(Lanes.FLOAT, biasSum + at, MEMORY.get(Lanes.FLOAT, biasSum + at) + g);
        }
    }

    /** target = the row's gradient. Every column is read before it is written, so {@code target} may be the output's gradient. */
    static void apply(Operands o, long target) {
        long row = o.row;
        long gradient = o.gradient;
        long weight = o.weight;
        float mean = o.mean;
        float inverseDeviation = o.inverseDeviation;
        float meanGradient = o.total / o.columns;
        float meanProjection = o.projection / o.columns;
        int whole = FLOATS.loopBound(o.columns);
        for (int column = 0; column < whole; column += COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector normal = FloatVector.fromMemorySegment(FLOATS, MEMORY, row + at, ORDER)
                    .sub(mean)
                    .mul(inverseDeviation);
            FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + at, ORDER)
                    .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, weight + at, ORDER))
                    .sub(meanGradient)
                    .sub(normal.mul(meanProjection))
                    .mul(inverseDeviation)
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        for (int column = whole; column < o.columns; column++) {
            long at = (long) column * Float.BYTES;
            float normal = (MEMORY.get(Lanes.FLOAT, row + at) - mean) * inverseDeviation;
            float d = MEMORY.get(Lanes.FLOAT, gradient + at) * MEMORY.get(Lanes.FLOAT, weight + at) - meanGradient;
            MEMORY.set(Lanes.FLOAT, target + at, (d - normal * meanProjection) * inverseDeviation);
        }
    }
}
