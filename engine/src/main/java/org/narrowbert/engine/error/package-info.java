/**
 * The two exceptions that reach a user as one sentence: a wrong command line or configuration, and a failure of what was read or run.
 */
package org.narrowbert.engine.error;
