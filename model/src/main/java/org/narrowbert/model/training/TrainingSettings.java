package org.narrowbert.model.training;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.Schedule;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;

/**
 * What a run is told, under Hugging Face's names.
 *
 * @param maxSteps number of optimizer steps, 1 or more
 * @param gradientAccumulationSteps micro-batches an optimizer step, 1 or more
 * @param learningRate highest rate of the schedule, above 0
 * @param warmupSteps steps during which the rate rises from 0
 * @param scheduler how the rate changes after them
 * @param optimizer AdamW's settings
 * @param intervals of evaluations, log lines and saves
 * @param stopRules what ends the run early
 * @param bestMetric which checkpoint is the best
 */
public record TrainingSettings(
        long maxSteps,
        int gradientAccumulationSteps,
        double learningRate,
        long warmupSteps,
        ScheduleSettings scheduler,
        AdamWSettings optimizer,
        Intervals intervals,
        StopRules stopRules,
        BestMetric bestMetric) {
    public TrainingSettings {
        Intervals.atLeastOne("--max-steps", maxSteps);
        Intervals.atLeastOne("--gradient-accumulation-steps", gradientAccumulationSteps);
        if (!(learningRate > 0 && learningRate <= 10)) {
            throw new UserError("--learning-rate is " + learningRate + ": it must be above 0 and at most 10");
        }
        if (warmupSteps < 0) {
            throw new UserError("--warmup-steps is " + warmupSteps + ": it must be 0 or more");
        }
        if (warmupSteps > 0 && !scheduler.warmsUp()) {
            throw new UserError("--lr-scheduler-type " + scheduler.type() + " has no warm-up: choose "
                    + ScheduleType.CONSTANT_WITH_WARMUP + " or leave out --warmup-steps and --warmup-ratio");
        }
        scheduler.schedule(warmupSteps, maxSteps, learningRate);
    }

    /** The best checkpoint is that of the lowest validation loss. */
    public TrainingSettings(
            long maxSteps,
            int gradientAccumulationSteps,
            double learningRate,
            long warmupSteps,
            ScheduleSettings scheduler,
            AdamWSettings optimizer,
            Intervals intervals,
            StopRules stopRules) {
        this(
                maxSteps,
                gradientAccumulationSteps,
                learningRate,
                warmupSteps,
                scheduler,
                optimizer,
                intervals,
                stopRules,
                BestMetric.LOSS);
    }

    /**
     * Makes sure that a run can go on from a step.
     *
     * @param step of the checkpoint
     * @throws UserError when the run was told to end before it
     */
    public void requireReachable(long step) {
        if (step > maxSteps) {
            throw new UserError("--max-steps is " + maxSteps + ", but the checkpoint to go on from is of step " + step
                    + ": raise --max-steps, or name an earlier checkpoint with --resume-from-checkpoint");
        }
    }

    /** The learning rate's factor at every step. */
    public Schedule schedule() {
        return scheduler.schedule(warmupSteps, maxSteps, learningRate);
    }
}
