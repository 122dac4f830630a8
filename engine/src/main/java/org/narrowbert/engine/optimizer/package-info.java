/**
 * From gradients to new parameters: clipping by global norm, AdamW, learning-rate schedules. In: gradients and a rate. Out: updated
 * parameters and the norm.
 */
package org.narrowbert.engine.optimizer;
