package org.narrowbert.model.checkpoint.run;

import java.util.Optional;

/**
 * How far a run is. Randomness is by counter, so that the seed and the step are all there is of random state; a step's place in the data
 * follows from its number.
 *
 * @param step optimizer steps made
 * @param epoch passes over the training samples
 * @param updates steps that changed the weights: those with something to predict
 * @param lastEvaluated the step whose weights were last evaluated, -1 before the first
 * @param best the best validation so far
 * @param window the steps since the last line of the log
 * @param trend of the training loss
 * @param seed of everything random
 * @param data which text is trained on: its fingerprint
 * @param interim whether it is saved only because the run stops here: the run that never stops has no such checkpoint, so that this one is
 *     neither the best nor kept once there is a later one
 */
public record RunProgress(
        long step,
        double epoch,
        long updates,
        long lastEvaluated,
        Optional<Best> best,
        LossWindow window,
        LossTrend trend,
        long seed,
        String data,
        boolean interim) {

    /**
     * The best validation.
     *
     * @param step after which it was measured
     * @param value the loss, or the metric that decides; finite, as JSON has no word for anything else
     */
    public record Best(long step, double value) {
        public Best {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("the best of all is " + value);
            }
        }
    }

    /** A run before its first step. */
    public static RunProgress start(long seed, String data) {
        return new RunProgress(0, 0, 0, -1, Optional.empty(), LossWindow.EMPTY, LossTrend.NONE, seed, data, false);
    }
}
