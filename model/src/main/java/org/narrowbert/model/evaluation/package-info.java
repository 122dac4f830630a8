/**
 * How good predictions are. In: labels and predictions as plain arrays. Out: figures, equal to those of the libraries that papers use. Knows no model,
 * no task and no file.
 */
package org.narrowbert.model.evaluation;
