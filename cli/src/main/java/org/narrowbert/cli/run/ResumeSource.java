package org.narrowbert.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.files.FileProblem;

/**
 * Where a run is to go on from.
 *
 * @param output the run's folder
 * @param named a checkpoint, or a run's folder whose newest one is meant; empty for that of the output folder, which may have none yet
 */
record ResumeSource(Path output, Optional<Path> named) {
    private static final int STEPS_SHOWN = 8;

    /** What the run that is resumed was told last, if it is known. */
    Optional<Path> record() {
        return RunRecord.find(named.orElse(output));
    }

    /** The folder that is named, if it is neither the output folder nor in it. */
    Optional<Path> elsewhere() {
        return named.filter(folder -> !isOutput(folder) && !isOutput(folder.resolve("..")));
    }

    private boolean isOutput(Path folder) {
        try {
            return Files.exists(output) && Files.isSameFile(folder, output);
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }

    /**
     * Refuses a folder that is named and is none to go on from: a slip of the pen must not begin another run.
     *
     * @throws RunError saying what was looked for, where, and what to name instead
     */
    void requireCheckpoint() {
        named.filter(folder -> !RunCheckpoint.isIn(folder)
                        && new RunCheckpoints(folder).steps().isEmpty())
                .ifPresent(folder -> {
                    throw new RunError("there is no checkpoint to resume from at " + folder + ", "
                            + what(folder) + ": name a folder checkpoint-STEP, or the folder of a run that has one"
                            + nearby(folder)
                            + "; or leave the name out to go on with what is in " + output);
                });
    }

    private static String what(Path folder) {
        if (Files.isDirectory(folder)) {
            return "which is neither one itself (it has no trainer_state.json) nor has a folder checkpoint-STEP in it";
        }
        return Files.exists(folder) ? "which is a file" : "which does not exist";
    }

    /** The checkpoints beside one that does not exist. */
    private static String nearby(Path folder) {
        Path run = folder.resolveSibling("");
        RunCheckpoints checkpoints = new RunCheckpoints(run);
        List<Long> steps = checkpoints.steps();
        if (Files.exists(folder) || steps.isEmpty()) {
            return "";
        }
        List<String> newest = steps.reversed().stream()
                .limit(STEPS_SHOWN)
                .map(step -> String.valueOf(checkpoints.folder(step).getFileName()))
                .toList();
        return " (" + run + " has " + String.join(", ", newest) + (newest.size() < steps.size() ? ", ..." : "") + ")";
    }

    /**
     * The checkpoint; empty only where none is named and the output folder has none.
     *
     * @param notices told of newer ones that are not whole
     * @throws RunError when what is named is none, or none is whole
     */
    Optional<RunCheckpoint> checkpoint(Consumer<String> notices) {
        Path folder = named.orElse(output);
        RunCheckpoints checkpoints = new RunCheckpoints(folder);
        return named.isPresent() && checkpoints.steps().isEmpty()
                ? Optional.of(RunCheckpoint.open(folder))
                : checkpoints.last(notices);
    }
}
