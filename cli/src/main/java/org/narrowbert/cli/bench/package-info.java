/**
 * Whole models against the clock. In: a size, a backend. Out: seconds, tokens a second and the share of what the machine can do at most,
 * measured in the same minutes.
 */
package org.narrowbert.cli.bench;
