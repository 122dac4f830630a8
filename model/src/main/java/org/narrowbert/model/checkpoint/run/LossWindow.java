package org.narrowbert.model.checkpoint.run;

/**
 * What is summed up over the optimizer steps between two lines of the log.
 *
 * @param steps how many
 * @param lossSum of all their predictions
 * @param tokens of all of them
 * @param predictions of all of them: masked tokens, or labels of a task
 * @param flops of all of them
 * @param gradientNorm of the last, before clipping
 * @param learningRate of the last
 * @param seconds they took
 */
public record LossWindow(
        long steps,
        double lossSum,
        long tokens,
        long predictions,
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
                predictions + step.predictions,
                flops + step.flops,
                step.gradientNorm,
                step.learningRate,
                seconds + step.seconds);
    }

    /** Mean loss of a prediction; 0 without one. */
    public double loss() {
        return predictions == 0 ? 0 : lossSum / predictions;
    }
}
