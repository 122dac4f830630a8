package org.narrowbert.engine.session;

/**
 * Which random numbers a batch's dropout takes.
 *
 * @param seed of the run
 * @param step number of the optimizer step
 * @param firstToken tokens in the step's earlier micro-batches
 */
public record StepPlace(long seed, long step, int firstToken) {
    /** For passes without dropout. */
    public static final StepPlace NONE = new StepPlace(0, 0, 0);
}
