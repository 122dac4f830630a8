package org.narrowbert.model.training;

/**
 * The optimizer steps since the last report. All but {@code seconds} is the same for every run of the same settings, whether it was
 * interrupted or not.
 *
 * @param step number of steps made when it was written
 * @param epoch passes over the training samples so far
 * @param loss mean over all predictions of these steps: cross-entropy in nats, or a task's loss; 0 when there were none
 * @param gradientNorm of the last of these steps, before clipping
 * @param learningRate of the last of these steps
 * @param steps how many steps these are
 * @param tokens of these steps
 * @param predictions of these steps: masked tokens, or labels of a task
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
        long predictions,
        double flops,
        double seconds) {}
