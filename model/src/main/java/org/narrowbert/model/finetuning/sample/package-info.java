/**
 * Examples as token ids. In: labelled examples of a task, as text. Out: samples cut to the model's length, and a fingerprint by which a resumed run knows
 * them again.
 */
package org.narrowbert.model.finetuning.sample;
