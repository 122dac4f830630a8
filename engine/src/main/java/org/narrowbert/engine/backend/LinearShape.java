package org.narrowbert.engine.backend;

/**
 * The sizes of a linear layer.
 *
 * @param rows of its input
 * @param in columns of its input
 * @param out columns of its output
 */
public record LinearShape(int rows, int in, int out) {
    /** The same layer with no more than so many rows. */
    LinearShape atMost(int most) {
        return new LinearShape(Math.min(rows, most), in, out);
    }
}
