/** Trained models at work. In: a model that is named, or the one that is fetched, and text. Out: likeliest words for a gap, vectors of texts. */
package org.narrowbert.cli.inference;
