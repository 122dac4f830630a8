package org.narrowbert.engine.random;

/**
 * Where dropout acts and how strongly, fixed when the graph is built.
 *
 * @param rate share of elements set to zero, in [0, 1); the others are scaled by 1 / (1 - rate)
 * @param site number of this place in the model, so that no two places share a mask
 */
public record Dropout(float rate, int site) {
    /** No dropout. */
    public static final Dropout NONE = new Dropout(0, 0);

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate " + rate + " is not in [0, 1)");
        }
    }

    /** Whether anything is dropped. */
    public boolean active() {
        return rate > 0;
    }
}
