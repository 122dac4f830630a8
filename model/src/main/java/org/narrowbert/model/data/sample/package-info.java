/** Token ids to the engine's batches: cut into blocks or packed, shuffled and masked, each batch a function of (seed, epoch, index) alone. */
package org.narrowbert.model.data.sample;
