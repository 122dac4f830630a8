package org.narrowbert.engine.backend;

/**
 * The most that an absorbed narrow attention gets to do, whichever sequences of a batch are absorbed and however its narrow rows are spread.
 *
 * @param sequences of a batch
 * @param tokens of all sequences together
 * @param longest tokens of a sequence
 * @param narrow rows of all sequences together
 * @param heads number of heads, which cut the hidden columns
 * @param hidden columns of the queries
 * @param source columns of the states
 */
public record AbsorbedSizes(int sequences, int tokens, int longest, int narrow, int heads, int hidden, int source) {
    /** Those of a plan that absorbs nothing. */
    public static final AbsorbedSizes NONE = new AbsorbedSizes(0, 0, 0, 0, 1, 1, 1);
}
