/**
 * What a user would take instead of our engine, each optional: found in the folder {@code peers} beside the benchmarks' jar, which {@code
 * ./mvnw -Ppeers} fills, and nowhere in the product. In: a model, a batch, a number of threads. Out: the same answer as ours, or word that the peer
 * is not there.
 */
@NullMarked
package org.narrowbert.jmh.peers;

import org.jspecify.annotations.NullMarked;
