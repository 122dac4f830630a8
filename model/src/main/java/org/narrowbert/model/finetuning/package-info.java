/**
 * Training of a task's head with its encoder. In: batches of a task's samples. Out: losses, gradients, predictions and the task's figures. The loop, its
 * checkpoints and logs are those of {@link org.narrowbert.model.training}.
 */
package org.narrowbert.model.finetuning;
