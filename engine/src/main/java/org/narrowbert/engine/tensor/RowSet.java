package org.narrowbert.engine.tensor;

/**
 * The rows a matrix of activations has: which of the batch's tokens they stand for. There are no padding rows.
 *
 * <p>{@code NARROW} and {@code KEPT} are subsets of {@code TOKENS}; all three are cut by the same sequences.
 */
public enum RowSet {
    /** Every token of the batch, sequences end to end. */
    TOKENS,
    /** The rows the model's head reads: masked positions when pretraining. */
    NARROW,
    /** The important tokens that token dropping keeps in the middle layers. */
    KEPT
}
