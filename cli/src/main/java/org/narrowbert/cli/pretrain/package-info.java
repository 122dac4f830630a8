/** Pretraining. In: text and a model's sizes. Out: a run. */
package org.narrowbert.cli.pretrain;
