/**
 * The threads that compute. In: a number of independent tasks. Out: all of them done. Work is split by shape before it comes here, so that no
 * result depends on how many threads there are.
 */
package org.narrowbert.engine.threads;
