package org.narrowbert.engine.graph;

/**
 * Some columns of an activation that several ops share: the keys of one layer among those of all layers.
 *
 * @param of the whole
 * @param first the first column
 * @param count number of columns
 */
public record Columns(Activation of, int first, int count) {
    public Columns {
        if (first < 0 || count < 1 || first > of.columns() - count) {
            throw new IllegalArgumentException(of + " has no columns " + first + " to " + (first + count - 1));
        }
    }

    /** The same columns of another activation of the same shape. */
    Columns in(Activation other) {
        return new Columns(other, first, count);
    }
}
