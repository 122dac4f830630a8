package org.narrowbert.cli.run;

import java.io.PrintWriter;
import java.nio.file.Path;

/** What is done in a run's folder before the run: what a failed start left is removed, and people are told. */
public final class RunBeginning {
    private RunBeginning() {}

    /**
     * Clears the folder of a run.
     *
     * @param resumes whether it may go on from a checkpoint
     * @param hasCheckpoint whether there is one
     * @return whether a failed start was there
     */
    public static boolean clear(Path run, boolean resumes, boolean hasCheckpoint, PrintWriter out) {
        if (!hasCheckpoint && resumes) {
            // What lies there may be taken up again, prepared text for one.
            out.println("there is no checkpoint in " + run + " yet: a new run begins");
            return false;
        }
        FailedStart before = new FailedStart(run);
        if (!before.isThere()) {
            return false;
        }
        before.clear(() ->
                out.println("the run that began in " + run + " ended before its first checkpoint: starting over"));
        return true;
    }
}
