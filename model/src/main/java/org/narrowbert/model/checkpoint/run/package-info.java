/**
 * Checkpoints of a run, from which it goes on as if it had never stopped. In: a model in training and how far it is. Out: folders that are whole or not
 * there, and the newest that is whole.
 */
package org.narrowbert.model.checkpoint.run;
