/**
 * The command line: options come in, commands call the model module, reports and exit codes leave. Here is the root command, which knows the rooms
 * below, and none of them knows it; and the two commands that several rooms have a part in.
 */
package org.narrowbert.cli;
