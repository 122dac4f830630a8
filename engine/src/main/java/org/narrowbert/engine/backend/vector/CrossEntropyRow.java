package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** A row of a chunk of logits; lane i holds column first + i, and columns that fill no vector are masked. */
final class CrossEntropyRow {
    private CrossEntropyRow() {}

    /** The sum of e^(logit - largest). */
    static float sumOfExponentials(long logits, int columns, float largest) {
        FloatVector sum0 = Lanes.zero();
        FloatVector sum1 = Lanes.zero();
        int column = 0;
        for (; column <= columns - 2 * Lanes.COUNT; column += 2 * Lanes.COUNT) {
            long at = logits + (long) column * Float.BYTES;
            sum0 = sum0.add(VectorMath.exp(Lanes.load(at).sub(largest)));
            sum1 = sum1.add(VectorMath.exp(Lanes.load(at + Lanes.BYTES).sub(largest)));
        }
        for (; column < columns; column += Lanes.COUNT) {
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector logit = Lanes.load(logits + (long) column * Float.BYTES, tail);
            sum0 = sum0.add(Lanes.zero().blend(VectorMath.exp(logit.sub(largest)), tail));
        }
        return Lanes.sum(sum0.add(sum1));
    }

    /** logits = e^(logit - logSumExp) * factor: each column's probability times the gradient of the row's loss. */
    static void probabilities(long logits, int columns, float logSumExp, float factor) {
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = logits + (long) column * Float.BYTES;
            Lanes.store(VectorMath.exp(Lanes.load(at).sub(logSumExp)).mul(factor), at);
        }
        if (column < columns) {
            long at = logits + (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            FloatVector logit = Lanes.load(at, tail);
            Lanes.store(VectorMath.exp(logit.sub(logSumExp)).mul(factor), at, tail);
        }
    }
}
