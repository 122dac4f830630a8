/**
 * Options that several commands share. In: words of a command line. Out: the records that the engine and the model take, and one sentence
 * for what cannot be.
 */
package org.narrowbert.cli.options;
