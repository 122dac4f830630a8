package org.narrowbert.engine.graph;

/**
 * Two operands of one op that may lie at the same place: the kernel stays right, and memory is saved where their lifetimes meet only in
 * that op.
 *
 * @param one an operand of the op
 * @param other another operand of the op, with the same row set and columns
 */
public record Alias(Operand one, Operand other) {}
