package org.narrowbert.model.training;

import org.narrowbert.engine.error.UserError;

/**
 * How often a run looks up from training, in optimizer steps.
 *
 * @param evaluation steps between two validations, 1 or more
 * @param logging steps a line of the log sums up, 1 or more
 * @param saving steps between two checkpoints, 1 or more
 */
public record Intervals(long evaluation, long logging, long saving) {
    public Intervals {
        atLeastOne("--eval-steps", evaluation);
        atLeastOne("--logging-steps", logging);
        atLeastOne("--save-steps", saving);
    }

    static void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new UserError(option + " is " + value + ": it must be 1 or more");
        }
    }
}
