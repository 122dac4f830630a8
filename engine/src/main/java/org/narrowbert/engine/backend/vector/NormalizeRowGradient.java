package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Gradient of LayerNorm for one row x of {@code columns} values: with n = (x - mean) * inverseDeviation, g the output's gradient and d = g *
 * weight, the row's gradient is inverseDeviation * (d - mean(d) - n * mean(d * n)).
 *
 * <p>Lane i of a vector holds column first + i; tails go through masked loads.
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
        FloatVector total0 = Lanes.zero();
        FloatVector total1 = Lanes.zero();
        FloatVector projection0 = Lanes.zero();
        FloatVector projection1 = Lanes.zero();
        int column = 0;
        for (; column <= columns - 2 * Lanes.COUNT; column += 2 * Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            long next = at + Lanes.BYTES;
            FloatVector d0 = Lanes.load(gradient + at).mul(Lanes.load(weight + at));
            FloatVector d1 = Lanes.load(gradient + next).mul(Lanes.load(weight + next));
            total0 = total0.add(d0);
            total1 = total1.add(d1);
            projection0 = Lanes.load(row + at).sub(mean).fma(d0, projection0);
            projection1 = Lanes.load(row + next).sub(mean).fma(d1, projection1);
        }
        for (; column < columns; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector d = Lanes.load(gradient + at, tail).mul(Lanes.load(weight + at, tail));
            total0 = total0.add(d);
            projection0 = Lanes.load(row + at, tail).sub(mean).fma(d, projection0);
        }
        o.total = Lanes.sum(total0.add(total1));
        o.projection = Lanes.sum(projection0.add(projection1)) * inverseDeviation;
    }

    /**
     * target (+)= the row's gradient; weightSum += g * n; biasSum += g. Every column is read before it is written, so {@code target} may be the
     * gradient.
     *
     * @param copy address of a second row that gets the row's gradient too (overwritten; may be the output's gradient), or {@code target}
     */
    static void apply(Operands o, long target, boolean accumulate, long copy, long weightSum, long biasSum) {
        long row = o.row;
        long gradient = o.gradient;
        long weight = o.weight;
        int columns = o.columns;
        float mean = o.mean;
        float inverseDeviation = o.inverseDeviation;
        float meanGradient = o.total / columns;
        float meanProjection = o.projection / columns;
        boolean twice = copy != target;
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector g = Lanes.load(gradient + at);
            FloatVector normal = Lanes.load(row + at).sub(mean).mul(inverseDeviation);
            FloatVector d = g.mul(Lanes.load(weight + at)).sub(meanGradient);
            FloatVector result = d.sub(normal.mul(meanProjection)).mul(inverseDeviation);
            Lanes.store(normal.fma(g, Lanes.load(weightSum + at)), weightSum + at);
            Lanes.store(Lanes.load(biasSum + at).add(g), biasSum + at);
            Lanes.store(accumulate ? Lanes.load(target + at).add(result) : result, target + at);
            if (twice) {
                Lanes.store(result, copy + at);
            }
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector g = Lanes.load(gradient + at, tail);
            FloatVector normal = Lanes.load(row + at, tail).sub(mean).mul(inverseDeviation);
            FloatVector d = g.mul(Lanes.load(weight + at, tail)).sub(meanGradient);
            FloatVector result = d.sub(normal.mul(meanProjection)).mul(inverseDeviation);
            Lanes.store(normal.fma(g, Lanes.load(weightSum + at, tail)), weightSum + at, tail);
            Lanes.store(Lanes.load(biasSum + at, tail).add(g), biasSum + at, tail);
            Lanes.store(accumulate ? Lanes.load(target + at, tail).add(result) : result, target + at, tail);
            if (twice) {
                Lanes.store(result, copy + at, tail);
            }
        }
    }
}
