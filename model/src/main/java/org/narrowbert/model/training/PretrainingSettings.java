package org.narrowbert.model.training;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.Schedule;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;

/**
 * What a pretraining run is told, under Hugging Face's names.
 *
 * @param maxSteps number of optimizer steps, 1 or more
 * @param gradientAccumulationSteps micro-batches an optimizer step, 1 or more
 * @param learningRate highest rate of the schedule, above 0
 * @param warmupSteps steps during which the rate rises from 0
 * @param scheduler how the rate changes after them
 * @param optimizer AdamW's settings
 * @param evalSteps steps between two evaluations, 1 or more
 * @param saveSteps steps between two saves, 1 or more
 */
public record PretrainingSettings(
        long maxSteps,
        int gradientAccumulationSteps,
        double learningRate,
        long warmupSteps,
        ScheduleSettings scheduler,
        AdamWSettings optimizer,
        long evalSteps,
        long saveSteps) {
    public PretrainingSettings {
        atLeastOne("--max-steps", maxSteps);
        atLeastOne("--gradient-accumulation-steps", gradientAccumulationSteps);
        atLeastOne("--eval-steps", evalSteps);
        atLeastOne("--save-steps", saveSteps);
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

    /** The learning rate's factor at every step. */
    public Schedule schedule() {
        return scheduler.schedule(warmupSteps, maxSteps, learningRate);
    }

    private static void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new UserError(option + " is " + value + ": it must be 1 or more");
        }
    }
}
