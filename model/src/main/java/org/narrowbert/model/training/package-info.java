/**
 * The way from a masked batch to an update, and the loop around it. In: batches of token ids and settings. Out: a trained model, losses,
 * reports of progress.
 */
package org.narrowbert.model.training;
