package org.narrowbert.model.checkpoint.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.CheckpointFolders;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.tensor.WeightFormat;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;

/**
 * The {@code checkpoint-STEP} folders of a run.
 *
 * @param run the run's folder
 */
public record RunCheckpoints(Path run) {
    /** The model beside the checkpoints, and the figures that fine-tuning writes of it and of several seeds. */
    private static final List<String> OF_MODEL = List.of(
            WeightFormat.SAFETENSORS.single(),
            HuggingFaceDirectory.CONFIG,
            HuggingFaceDirectory.IMPORTANCE,
            "eval_results.json",
            "eval_details.json",
            "all_results.json");

    /** Where the checkpoint of a step lies. */
    public Path folder(long step) {
        return folders().folder(step);
    }

    /** The steps of all checkpoints, ascending, whole or not. */
    public List<Long> steps() {
        return folders().steps();
    }

    private CheckpointFolders folders() {
        return new CheckpointFolders(run);
    }

    /**
     * The newest checkpoint that is whole; empty where there is none at all.
     *
     * @param skipped told of each newer one that is damaged, in a sentence
     * @throws RunError when there are checkpoints and all are damaged; or when one cannot be read, which may yet be whole
     */
    public Optional<RunCheckpoint> last(Consumer<String> skipped) {
        List<String> findings = new ArrayList<>();
        for (long step : steps().reversed()) {
            switch (RunCheckpoint.check(folder(step))) {
                case Checked.Whole<RunCheckpoint>(RunCheckpoint whole) -> {
                    findings.forEach(skipped);
                    return Optional.of(whole);
                }
                case Checked.Damaged<RunCheckpoint>(String finding) -> findings.add(finding);
            }
        }
        if (findings.isEmpty()) {
            return Optional.empty();
        }
        throw new RunError("no checkpoint in " + run + " is whole: " + String.join("; ", findings)
                + ". Bring one back from a copy, or start over with --overwrite-output-dir");
    }

    /**
     * Deletes all checkpoints before the one that was just written but the newest and the best one; first of all those that were saved only
     * because the run stopped there. Each is renamed first, so that none is ever found in part. Later ones are not this run's: they neither
     * count nor go.
     *
     * @param newest how many of the newest stay, the one just written among them, 1 or more
     * @param written the step of the one just written
     * @param best the step of the best one, which stays too
     */
    public void prune(int newest, long written, Optional<Long> best) {
        List<Long> kept = new ArrayList<>();
        for (long step : steps().reversed()) {
            boolean counts = step == written || (step < written && !RunCheckpoint.isInterim(folder(step)));
            if (counts && kept.size() < newest) {
                kept.add(step);
            } else if (step < written && !best.equals(Optional.of(step))) {
                DurableFolder.remove(folder(step));
            }
        }
    }

    /**
     * Puts in order what a process left that was killed while it wrote or deleted a checkpoint. For the one process that may write here.
     *
     * @throws RunError when that is not possible
     */
    public void settle() {
        DurableFolder.settleAll(run, CheckpointFolders::isName);
    }

    /**
     * Deletes the checkpoints of later steps, as when a run goes on from an earlier one: with other settings they would not be this run's.
     *
     * @return their folders
     */
    public List<Path> removeAfter(long last) {
        List<Path> later =
                steps().stream().filter(step -> step > last).map(this::folder).toList();
        later.forEach(DurableFolder::remove);
        return later;
    }

    /** Deletes all checkpoints and the model beside them with its figures, as when a run starts over: it would be taken for the new run's. */
    public void clear() {
        steps().forEach(step -> DurableFolder.remove(folder(step)));
        for (String name : OF_MODEL) {
            Path file = run.resolve(name);
            try {
                Files.deleteIfExists(file);
            } catch (IOException error) {
                throw FileProblem.writing(file, error);
            }
        }
    }
}
