package org.narrowbert.engine.backend;

/**
 * The numbers of an absorbed narrow attention over a batch of equally long sequences with equally many narrow rows.
 *
 * @param sequences of the batch
 * @param tokens of each sequence
 * @param narrow rows of each sequence
 * @param heads number of heads, which cut the hidden columns
 * @param hidden columns of the queries
 * @param source columns of the states
 */
public record AbsorbedSizes(int sequences, int tokens, int narrow, int heads, int hidden, int source) {
    /** Those of a plan that absorbs nothing. */
    public static final AbsorbedSizes NONE = new AbsorbedSizes(0, 0, 0, 1, 1, 1);
}
