package org.narrowbert.model.training;

import java.nio.file.Path;

/** Is told how a run goes. */
public interface PretrainingListener {
    /**
     * An optimizer step was made.
     *
     * @param step number of steps made, from 1
     * @param result what it did
     * @param learningRate of this step
     */
    void stepped(long step, MaskedLanguageTrainer.StepResult result, double learningRate);

    /**
     * The validation loss was measured.
     *
     * @param step number of steps made
     * @param loss mean over all masked validation tokens, in nats
     */
    void evaluated(long step, double loss);

    /** The model was saved. */
    void saved(long step, Path directory);
}
