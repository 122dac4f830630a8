package org.narrowbert.model.training;

import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.model.checkpoint.run.RunProgress;

/**
 * How a run ended.
 *
 * @param reason why
 * @param step number of steps made
 * @param checkpoint from which it can go on
 * @param best the best validation whose weights were saved
 */
public record RunOutcome(Reason reason, long step, Path checkpoint, Optional<RunProgress.Best> best) {
    /** Why a run ended. */
    public enum Reason {
        /** All steps are made. */
        COMPLETED,
        /** Its validations have not become better for so long as it was told to wait. */
        STOPPED_EARLY,
        /** It was asked to stop. */
        STOPPED,
        /** The time it was given is over. */
        OUT_OF_TIME;

        /** Whether there is nothing left to train. */
        public boolean isComplete() {
            return this == COMPLETED || this == STOPPED_EARLY;
        }
    }
}
