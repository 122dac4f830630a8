package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;

/** A row of a chunk of logits: whole vectors by the methods of softmax, the columns that fill none one by one. */
final class CrossEntropyRow {
    private CrossEntropyRow() {}

    /** The largest logit. */
    static float largest(long logits, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        float largest = whole > 0 ? SoftmaxRow.largest(logits, whole) : Float.NEGATIVE_INFINITY;
        for (int column = whole; column < columns; column++) {
            float logit = MEMORY.get(Lanes.FLOAT, logits + (long) column * Float.BYTES);
            largest = logit > largest ? logit : largest;
        }
        return largest;
    }

    /** logits = e^(logit - shift); returns their sum. */
    static double exponentials(long logits, int columns, float shift) {
        int whole = Lanes.FLOATS.loopBound(columns);
        double sum = Exponentials.replace(logits, whole, shift);
        for (int column = whole; column < columns; column++) {
            long at = logits + (long) column * Float.BYTES;
            float value = (float) Math.exp((double) MEMORY.get(Lanes.FLOAT, at) - shift);
            MEMORY.set(Lanes.FLOAT, at, value);
            sum += value;
        }
        return sum;
    }
}
