/**
 * The service interface of backends: what they must compute ({@link org.narrowbert.engine.backend.Kernels}), whether they can run here, and
 * which one is chosen. In: matrices. Out: matrices. Knows no model and no graph.
 */
package org.narrowbert.engine.backend;
