/**
 * When and where things are computed: the ops in order, and a place in memory for every activation, laid out once for given limits. In: a
 * graph and the largest batch. Out: an immutable, printable {@link org.narrowbert.engine.plan.Plan}.
 */
package org.narrowbert.engine.plan;
