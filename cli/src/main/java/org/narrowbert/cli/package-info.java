/** The command line: options come in, commands call the model module, reports and exit codes leave. */
package org.narrowbert.cli;
