/**
 * What is computed: ops over row sets, built once from a layout. In: a model's description. Out: a {@link
 * org.narrowbert.engine.graph.Graph} and, through {@link org.narrowbert.engine.graph.Derivation}, its gradient ops. Holds no data and knows
 * no device; row counts are known only per batch.
 */
package org.narrowbert.engine.graph;
