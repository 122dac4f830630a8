/**
 * What all trainings have in common: a folder that is one run's, its record, resumption, logs, and what people see of it. In: a subject to
 * train. Out: checkpoints, and an exit code. Knows neither pretraining nor fine-tuning.
 */
package org.narrowbert.cli.run;
