package org.narrowbert.model.training;

/** Is told how a run goes, by the thread that trains. */
public interface TrainingListener {
    /** An optimizer step was made. */
    default void stepped(StepReport report) {}

    /** The steps since the last report, at every {@code --logging-steps} and at the end: what logs keep. */
    default void logged(TrainingReport report) {}

    /**
     * A validation goes on: told before its first batch and after each.
     *
     * @param blocksDone of the validation blocks
     * @param blocks all validation blocks
     */
    default void evaluating(long blocksDone, long blocks) {}

    /** The validation loss was measured. */
    default void evaluated(EvaluationReport report) {}

    /** The state is about to be taken for a checkpoint: what was told so far belongs to it. */
    default void saving() {}

    /** The model was saved. */
    default void saved(SaveReport report) {}
}
