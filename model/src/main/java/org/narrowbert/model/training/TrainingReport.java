package org.narrowbert.model.training;

/**
 * The optimizer steps since the last report. All but {@code seconds} is the same for every run of the same settings, whether it was
 * interrupted or not.
 *
 * @param step number of steps made when it was written
 * @param epoch passes over the training text so far
 * @param loss mean cross-entropy over all masked tokens of these steps, in nats; 0 when there were none
 * @param gradientNorm of the last of these steps, before clipping
 * @param learningRate of the last of these steps
 * @param steps how many steps these are
 * @param tokens of these steps
 * @param maskedTokens of these steps
 * @param flops of these steps, by the plan; a multiplication with its addition counts as two
 * @param seconds these steps took, wall clock, without evaluating and saving
 */
public record TrainingReport(
        long step,
        double epoch,
        double loss,
        double gradientNorm,
        double learningRate,
        long steps,
        long tokens,
        long maskedTokens,
        double flops,
        double seconds) {}
