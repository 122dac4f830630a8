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
            VectorMask<Float> tail = Lanes.tail(key, keys);
            FloatVector last = Lanes.load(scores + (long) key * Float.BYTES, tail);
            largest = largest.blend(last, tail.and(last.compare(VectorOperators.GT, largest)));
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
     * @param factors each key's factor, 0 or the kept ones' scale, as {@link #dropoutFactors} makes them
     */
    static void droppedGradient(
            long scores, long gradients, int keys, float logSumExp, float delta, float scale, long factors) {
        for (int key = 0; key < keys; key += Lanes.COUNT) {
            long at = (long) key * Float.BYTES;
            FloatVector factor = Lanes.load(factors + at);
            FloatVector p = VectorMath.exp(Lanes.load(scores + at).sub(logSumExp));
            Lanes.store(p.mul(factor), scores + at);
            Lanes.store(Lanes.load(gradients + at).mul(factor).sub(delta).mul(p).mul(scale), gradients + at);
        }
    }

    /**
     * What dropout multiplies each key's probability by. In a pass of its own: in one with the exponential, the compiler was seen to put the mask on the
     * heap.
     */
    static void dropoutFactors(long columns, int keys, long rowKey, int threshold, float scale, long factors) {
        for (int key = 0; key < keys; key += Lanes.COUNT) {
            long at = (long) key * Float.BYTES;
            VectorMask<Float> kept = DropoutLanes.kept(Lanes.loadInts(columns + at), rowKey, threshold);
            Lanes.store(Lanes.zero().blend(scale, kept), factors + at);
        }
    }
}
