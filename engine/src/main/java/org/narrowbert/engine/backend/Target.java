package org.narrowbert.engine.backend;

import org.narrowbert.engine.tensor.Matrix;

/**
 * Where a gradient goes.
 *
 * @param matrix the gradient
 * @param accumulate whether it is added to what is there
 */
public record Target(Matrix matrix, boolean accumulate) {}
