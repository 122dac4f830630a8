package org.narrowbert.model.training;

/**
 * What one optimizer step did.
 *
 * @param loss mean over all predictions of the step: cross-entropy in nats, or a task's loss; 0 when there were none
 * @param gradientNorm over all parameters, before clipping
 * @param tokens number of tokens
 * @param predictions number of labels that count: masked tokens, or a task's texts, words or questions; where it is 0 nothing was updated
 * @param flops by the plan; a multiplication with its addition counts as two
 */
public record StepResult(double loss, double gradientNorm, long tokens, long predictions, double flops) {
    /** Whether loss and gradients are numbers, so that the update was made. */
    public boolean finite() {
        return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
}
