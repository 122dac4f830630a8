/**
 * PyTorch's .bin files, read as data: a short list of pickle's opcodes is interpreted here, every other opcode and every class that is not a tensor's is
 * refused by name, and nothing is ever instantiated or called. In: an open file. Out: where in it each tensor's elements lie.
 */
package org.narrowbert.model.checkpoint.pickle;
