package org.narrowbert.engine.backend;

/**
 * The widest operands that kernels need room of their own for.
 *
 * @param head columns of an attention's head
 * @param normalized columns of a row that is normalized
 * @param dropped columns of a row that dropout falls on by itself
 * @param summed columns of a gradient whose rows are added up for a bias
 * @param absorbed the absorbed narrow attention
 * @param gradients whether gradients are computed
 */
public record KernelWidths(
        int head, int normalized, int dropped, int summed, AbsorbedSizes absorbed, boolean gradients) {}
