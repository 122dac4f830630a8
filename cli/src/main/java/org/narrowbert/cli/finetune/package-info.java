/** Fine-tuning, and what one does with a fine-tuned model. In: labelled examples and a pretrained model. Out: a run, predictions, figures. */
package org.narrowbert.cli.finetune;
