package org.narrowbert.engine.graph;

/**
 * Where a gradient op puts a result: the first writer overwrites, later ones add, so that nothing is zeroed beforehand.
 *
 * @param target the gradient, an activation or a parameter's
 * @param accumulate whether to add to what is there
 */
public record Into(Operand target, boolean accumulate) {}
