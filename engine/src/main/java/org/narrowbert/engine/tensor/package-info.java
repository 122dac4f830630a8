/**
 * Matrices over off-heap memory and the row sets that give their rows a meaning. In: sizes. Out: views that kernels read and write. Knows
 * no operation and no model.
 */
package org.narrowbert.engine.tensor;
