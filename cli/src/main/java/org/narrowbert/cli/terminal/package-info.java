/**
 * How far a command is, for people. In: what is done of how much. Out: one line that is written over on a terminal, or a line now and then
 * elsewhere.
 */
package org.narrowbert.cli.terminal;
