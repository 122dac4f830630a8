/**
 * Text to batches: documents are read, made into token ids, cut into blocks, shuffled and masked.
 *
 * <p>Text files or the embedded corpus enter; the engine's batches leave, each a function of (seed, epoch, index) alone.
 */
package org.narrowbert.model.data;
