package org.narrowbert.model.training;

import java.util.Map;

/**
 * A validation: the same samples and masks at every one, no dropout, no dropped tokens.
 *
 * @param step number of steps made
 * @param epoch passes over the training samples so far
 * @param loss mean over all validation labels: cross-entropy in nats, or a task's loss
 * @param metrics figures by name, in the order in which they are shown
 * @param predictions number of validation labels, which are the masked tokens in pretraining
 * @param seconds it took, wall clock
 */
public record EvaluationReport(
        long step, double epoch, double loss, Map<String, Double> metrics, long predictions, double seconds) {}
