/**
 * The one place where a plan, a backend and data meet. In: a batch of token ids. Out: activations, losses and gradients.
 */
package org.narrowbert.engine.session;
