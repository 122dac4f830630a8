/**
 * The fast backend: float32 kernels through the JDK's Vector API, on a fixed pool of threads. The only package that imports the incubator
 * module. In: matrices. Out: matrices, the same bits for any number of threads. Knows no model and no graph.
 */
package org.narrowbert.engine.backend.vector;
