package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to one row of scores in scratch memory beside {@link Exponentials}, lane i of a vector holding key first + i. The row has room for whole
 * vectors: {@link #pad} fills the last one with scores that count for nothing, so that no loop needs a tail.
 */
final class SoftmaxRow {
    private SoftmaxRow() {}

    /** The number of keys in whole vectors. */
    static int padded(int keys) {
        return (keys + COUNT - 1) & -COUNT;
    }

    /** Sets the scores from {@code keys} to {@code padded(keys)} to minus infinity. */
    static void pad(long scores, int keys) {
        for (int key = keys; key < padded(keys); key++) {
            MEMORY.set(Lanes.FLOAT, scores + (long) key * Float.BYTES, Float.NEGATIVE_INFINITY);
        }
    }

    /**
     * The largest score. The loop compares and blends, which is half of what MAX compiles to; a score that is not a number may be passed over.
     *
     * @param keys number of keys, padded; not 0
     */
    static float largest(long scores, int keys) {
        FloatVector largest = FloatVector.fromMemorySegment(FLOATS, MEMORY, scores, ORDER);
        for (int key = COUNT; key < keys; key += COUNT) {
            FloatVector next = FloatVector.fromMemorySegment(FLOATS, MEMORY, scores + (long) key * Float.BYTES, ORDER);
            largest = largest.blend(next, next.compare(VectorOperators.GT, largest));
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    /**
     * gradients becomes the scores' gradient p * (gradient - delta) * scale.
     *
     * @param probabilities p of each key
     * @param gradients in: the gradient of each probability
     * @param keys number of keys, padded; what is beyond the keys stays without meaning
     */
    static void gradient(long probabilities, long gradients, int keys, float delta, float scale) {
        for (int key = 0; key < keys; key += COUNT) {
            long at = (long) key * Float.BYTES;
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, MEMORY, probabilities + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradients + at, ORDER);
            g.sub(delta).mul(p).mul(scale).intoMemorySegment(MEMORY, gradients + at, ORDER);
        }
    }

    /**
     * As {@link #gradient}, where {@code gradients} comes in as the gradient of the probabilities after dropout, which {@code probabilities} becomes.
     *
     * @param factors what dropout multiplies each key's probability by
     */
    static void droppedGradient(long probabilities, long gradients, int keys, float delta, float scale, long factors) {
        for (int key = 0; key < keys; key += COUNT) {
            long at = (long) key * Float.BYTES;
            FloatVector factor = FloatVector.fromMemorySegment(FLOATS, MEMORY, factors + at, ORDER);
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, MEMORY, probabilities + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradients + at, ORDER);
            p.mul(factor).intoMemorySegment(MEMORY, probabilities + at, ORDER);
            g.mul(factor).sub(delta).mul(p).mul(scale).intoMemorySegment(MEMORY, gradients + at, ORDER);
        }
    }
}
