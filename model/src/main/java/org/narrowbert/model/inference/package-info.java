/**
 * A trained model at work: text in, predictions out. In: a model's directory and text. Out: the likeliest tokens of each [MASK].
 */
package org.narrowbert.model.inference;
