/**
 * What every backend must satisfy: one graph for each op of the forward pass, random ragged batches to run it on, and the comparison of two
 * backends. Used by tests, by benchmarks before they time anything, and by {@code doctor}.
 */
package org.narrowbert.engine.check;
