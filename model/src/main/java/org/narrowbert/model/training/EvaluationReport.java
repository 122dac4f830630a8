package org.narrowbert.model.training;

/**
 * A validation: the same masks at every one, no dropout, no dropped tokens.
 *
 * @param step number of steps made
 * @param epoch passes over the training text so far
 * @param loss mean cross-entropy over all masked validation tokens, in nats
 * @param accuracy share of the masked validation tokens whose own id has the highest logit
 * @param maskedTokens number of masked validation tokens
 * @param seconds it took, wall clock
 */
public record EvaluationReport(
        long step, double epoch, double loss, double accuracy, long maskedTokens, double seconds) {
    /** exp(loss). */
    public double perplexity() {
        return Math.exp(loss);
    }
}
