package org.narrowbert.jmh;

/** A kernel of {@link RowKernelsBenchmark}. */
public enum RowKernel {
    /** Residual and LayerNorm in one. */
    ADD_NORMALIZE,
    /** The same with dropout. */
    ADD_NORMALIZE_DROPOUT,
    ADD_NORMALIZE_GRADIENT,
    ADD_NORMALIZE_GRADIENT_DROPOUT,
    /** With the product before it, of two inputs only. */
    GELU,
    GELU_GRADIENT,
    EMBED,
    EMBED_GRADIENT,
    GATHER,
    /** Two chunks of a decoder, for the masked rows: 15 in a hundred. */
    CROSS_ENTROPY,
    CROSS_ENTROPY_GRADIENT,
    /** A table of 16 rows for each row of the batch, far larger than the caches. */
    SUM_OF_SQUARES,
    ADAMW
}
