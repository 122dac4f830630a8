package org.narrowbert.model.training;

import org.narrowbert.engine.optimizer.AdamWSettings;

/**
 * How a trainer computes its steps and evaluations.
 *
 * @param optimizer AdamW's settings
 * @param dropTokensInEvaluation whether evaluations run brackets on kept rows alone, as training does; without brackets it has no effect
 */
public record TrainerOptions(AdamWSettings optimizer, boolean dropTokensInEvaluation) {
    /** Evaluations that drop no token. */
    public static TrainerOptions of(AdamWSettings optimizer) {
        return new TrainerOptions(optimizer, false);
    }
}
