package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to one row of scores in scratch memory, lane i of a vector holding key first + i. The row has room for whole vectors; those lanes of
 * the last one that are beyond the keys are masked where they would count.
 */
final class SoftmaxRow {
    private SoftmaxRow() {}

    /** The largest of {@code keys} scores, 1 or more. */
    static float largest(long scores, int keys) {
        FloatVector largest = Lanes.broadcast(Float.NEGATIVE_INFINITY);
        int body = Lanes.FLOATS.loopBound(keys);
        int key = 0;
        for (; key < body; key += Lanes.COUNT) {
            largest = Lanes.larger(largest, Lanes.load(scores + (long) key * Float.BYTES));
        }
        if (key < keys) {
            FloatVector last = Lanes.load(scores + (long) key * Float.BYTES);
            VectorMask<Float> counts = Lanes.tail(key, keys).and(last.compare(VectorOperators.GT, largest));
            largest = largest.blend(last, counts);
        }
        return Lanes.largest(largest);
    }

    /** scores = e^(scores - largest); returns their sum. */
    static float exponentials(long scores, int keys, float largest) {
        FloatVector total = Lanes.zero();
        int body = Lanes.FLOATS.loopBound(keys);
        int key = 0;
        for (; key < body; key += Lanes.COUNT) {
            long at = scores + (long) key * Float.BYTES;
            FloatVector value = VectorMath.exp(Lanes.load(at).sub(largest));
            Lanes.store(value, at);
            total = total.add(value);
        }
        if (key < keys) {
            long at = scores + (long) key * Float.BYTES;
            FloatVector value = VectorMath.exp(Lanes.load(at).sub(largest));
            Lanes.store(value, at);
            total = total.add(Lanes.zero().blend(value, Lanes.tail(key, keys)));
        }
        return Lanes.sum(total);
    }

    /**
     * Sets dropped probabilities to 0 and leaves the others as they are, unscaled.
     *
     * @param columns address of each key's dropout column, as {@link AttentionPacking#dropoutColumns} makes them
     */
    static void drop(long probabilities, int keys, long columns, long rowKey, int threshold) {
        for (int key = 0; key < keys; key += Lanes.COUNT) {
            long at = (long) key * Float.BYTES;
            VectorMask<Float> kept = DropoutLanes.kept(Lanes.loadInts(columns + at), rowKey, threshold);
            Lanes.store(Lanes.zero().blend(Lanes.load(probabilities + at), kept), probabilities + at);
        }
    }

    /**
     * scores becomes the probabilities p = e^(score - logSumExp), gradients becomes the scores' gradient p * (gradient - delta) * scale. Lanes
     * beyond the keys hold anything.
     *
     * @param gradients in: the gradient of each probability
     */
    static void gradient(long scores, long gradients, int keys, float logSumExp, float delta, float scale) {
        for (int key = 0; key < keys; key += Lanes.COUNT) {
            long at = (long) key * Float.BYTES;
            FloatVector p = VectorMath.exp(Lanes.load(scores + at).sub(logSumExp));
            Lanes.store(p, scores + at);
            Lanes.store(Lanes.load(gradients + at).sub(delta).mul(p).mul(scale), gradients + at);
        }
    }

    /**
     * As {@link #gradient}, where {@code scores} becomes the probabilities after dropout and {@code gradients} comes in as the gradient of those.
     *
     * @param keptScale what dropout multiplies the kept probabilities by
     */
    static void droppedGradient(
            long scores,
            long gradients,
            int keys,
            float logSumExp,
            float delta,
            float scale,
            long columns,
            long rowKey,
            int threshold,
            float keptScale) {
        for (int key = 0; key < keys; key += Lanes.COUNT) {
            long at = (long) key * Float.BYTES;
            VectorMask<Float> kept = DropoutLanes.kept(Lanes.loadInts(columns + at), rowKey, threshold);
            FloatVector p = VectorMath.exp(Lanes.load(scores + at).sub(logSumExp));
            FloatVector g = DropoutLanes.drop(Lanes.load(gradients + at), kept, keptScale);
            Lanes.store(DropoutLanes.drop(p, kept, keptScale), scores + at);
            Lanes.store(g.sub(delta).mul(p).mul(scale), gradients + at);
        }
    }
}
