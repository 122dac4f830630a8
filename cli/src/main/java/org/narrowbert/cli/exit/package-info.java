/**
 * How a command ends. In: what was thrown, or a signal. Out: one sentence on standard error and an exit code, or work that stops where that
 * does no harm.
 */
package org.narrowbert.cli.exit;
