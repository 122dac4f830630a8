package org.narrowbert.engine.tensor;

/**
 * The rows a matrix of activations has: which of the batch's tokens they stand for. There are no padding rows.
 *
 * <p>The others are subsets of {@code TOKENS}; all are cut by the same sequences.
 */
public enum RowSet {
    /** Every token of the batch, sequences end to end. */
    TOKENS,
    /** The rows the model's head reads: masked positions when pretraining. */
    NARROW,
    /** The important tokens that token dropping keeps in the middle layers. */
    KEPT,
    /** All tokens of the sequences whose narrow attention multiplies keys and values; the others' narrow rows read the tokens themselves. */
    PROJECTED
}
