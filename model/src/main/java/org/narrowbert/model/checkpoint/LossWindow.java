package org.narrowbert.model.checkpoint;

/**
 * What is summed up over the optimizer steps between two lines of the log.
 *
 * @param steps how many
 * @param lossSum of all their masked tokens, in nats
 * @param tokens of all of them
 * @param maskedTokens of all of them
 * @param flops of all of them
 * @param gradientNorm of the last, before clipping
 * @param learningRate of the last
 * @param seconds they took
 */
public record LossWindow(
        long steps,
        double lossSum,
        long tokens,
        long maskedTokens,
        double flops,
        double gradientNorm,
        double learningRate,
        double seconds) {
    /** No steps. */
    public static final LossWindow EMPTY = new LossWindow(0, 0, 0, 0, 0, 0, 0, 0);

    /** The window with one more step. */
    public LossWindow plus(LossWindow step) {
        return new LossWindow(
                steps + step.steps,
                lossSum + step.lossSum,
                tokens + step.tokens,
                maskedTokens + step.maskedTokens,
                flops + step.flops,
                step.gradientNorm,
                step.learningRate,
                seconds + step.seconds);
    }

    /** Mean loss of a masked token; 0 without one. */
    public double loss() {
        return maskedTokens == 0 ? 0 : lossSum / maskedTokens;
    }
}
