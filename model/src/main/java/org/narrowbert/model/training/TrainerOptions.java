package org.narrowbert.model.training;

import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.layout.LayerSet;

/**
 * How a trainer computes its steps and evaluations.
 *
 * @param optimizer AdamW's settings
 * @param dropTokensInEvaluation whether evaluations run brackets on kept rows alone, as training does; without brackets it has no effect
 * @param recomputedLayers layers whose activations are not kept for the backward pass but made again in it: less memory, more time, the same
 *     bits
 * @param narrowing how few rows are computed: the same loss, and gradients whose last bits differ
 */
public record TrainerOptions(
        AdamWSettings optimizer, boolean dropTokensInEvaluation, LayerSet recomputedLayers, Narrowing narrowing) {
    /** The cheaper form of narrow attention. */
    public TrainerOptions(
            AdamWSettings optimizer, boolean dropTokensInEvaluation, LayerSet recomputedLayers, LastLayer lastLayer) {
        this(optimizer, dropTokensInEvaluation, recomputedLayers, Narrowing.of(lastLayer));
    }

    /** On which rows the last layer is computed. */
    public LastLayer lastLayer() {
        return narrowing.lastLayer();
    }

    /** Evaluations that drop no token; all activations kept; the last layer on the masked rows. */
    public static TrainerOptions of(AdamWSettings optimizer) {
        return new TrainerOptions(optimizer, false, LayerSet.NONE, Narrowing.DEFAULT);
    }
}
