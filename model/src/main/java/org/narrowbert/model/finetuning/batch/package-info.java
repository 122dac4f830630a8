/**
 * Batches of a task's samples with what is right for them. In: samples. Out: token ids, the rows that the head reads, and targets that know their loss and
 * its gradient.
 */
package org.narrowbert.model.finetuning.batch;
