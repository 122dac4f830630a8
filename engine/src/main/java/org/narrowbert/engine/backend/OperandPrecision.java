package org.narrowbert.engine.backend;

/** What the operands of linear layers' products are rounded to; sums, results, weights, moments and all else are float32. */
public enum OperandPrecision {
    FLOAT32,

    /** The upper half of a float32: 8 bits of mantissa. By oneDNN alone. */
    BFLOAT16
}
