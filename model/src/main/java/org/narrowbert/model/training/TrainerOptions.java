package org.narrowbert.model.training;

import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.model.layout.LayerSet;

/**
 * How a trainer computes its steps and evaluations.
 *
 * @param optimizer AdamW's settings
 * @param dropTokensInEvaluation whether evaluations run brackets on kept rows alone, as training does; without brackets it has no effect
 * @param recomputedLayers layers whose activations are not kept for the backward pass but made again in it: less memory, more time, the same
 *     bits
 */
public record TrainerOptions(AdamWSettings optimizer, boolean dropTokensInEvaluation, LayerSet recomputedLayers) {
    /** Evaluations that drop no token; all activations kept. */
    public static TrainerOptions of(AdamWSettings optimizer) {
        return new TrainerOptions(optimizer, false, LayerSet.NONE);
    }
}
