/**
 * A trained model at work: text in, predictions out. In: a model's directory and text. Out: the likeliest tokens of each [MASK], or the states of a
 * text's tokens and one vector of them, for one text or a file of them.
 */
package org.narrowbert.model.inference;
