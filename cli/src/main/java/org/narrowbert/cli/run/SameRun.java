package org.narrowbert.cli.run;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;

/** Whether a checkpoint is of the run that a command is told. */
public final class SameRun {
    private SameRun() {}

    /**
     * Refuses to go on from the checkpoint of another run.
     *
     * @param fingerprint of what the run trains on
     * @param other what the checkpoint's run was trained on if that is something else, and what to do then
     * @throws UserError when it was trained on something else, or with another seed
     */
    public static void require(RunCheckpoint from, String fingerprint, long seed, String other) {
        if (!from.progress().data().equals(fingerprint)) {
            throw new UserError(from.folder() + " was trained on other " + other);
        }
        if (from.progress().seed() != seed) {
            throw new UserError(from.folder() + " was trained with --seed "
                    + from.progress().seed() + ", not with " + seed + ": leave it out, or begin another run");
        }
    }
}
