/**
 * Training of a task's head with its encoder. In: labelled examples of a task, as text. Out: batches of token ids with what is right for them, losses,
 * gradients and the task's metrics. The loop, its checkpoints and logs are those of {@link org.narrowbert.model.training}.
 */
package org.narrowbert.model.finetuning;
