package org.narrowbert.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;

/**
 * The {@code checkpoint-STEP} folders of a run.
 *
 * @param run the run's folder
 */
public record RunCheckpoints(Path run) {
    private static final Pattern NAME = Pattern.compile("checkpoint-(0|[1-9][0-9]{0,17})");
    private static final String PREFIX = "checkpoint-";

    /** Where the checkpoint of a step lies. */
    public Path folder(long step) {
        return run.resolve(PREFIX + step);
    }

    /** The steps of all checkpoints, ascending, whole or not. */
    public List<Long> steps() {
        if (!Files.isDirectory(run)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(run)) {
            return entries.filter(entry ->
                            NAME.matcher(entry.getFileName().toString()).matches()
                                    && Files.exists(entry.resolve(RunCheckpoint.STATE)))
                    .map(entry -> Long.valueOf(entry.getFileName().toString().substring(PREFIX.length())))
                    .sorted()
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(run, error);
        }
    }

    /**
     * The newest checkpoint that is whole.
     *
     * @param skipped told of each newer one that is not, in a sentence
     */
    public Optional<RunCheckpoint> last(Consumer<String> skipped) {
        for (long step : steps().reversed()) {
            try {
                return Optional.of(RunCheckpoint.open(folder(step)));
            } catch (RunError damaged) {
                skipped.accept(damaged.getMessage());
            }
        }
        return Optional.empty();
    }

    /**
     * Deletes all but the newest checkpoints and the best one. Each is renamed first, so that none is ever found in part.
     *
     * @param newest how many of the newest stay, 1 or more
     * @param best the step of the best one, which stays too
     */
    public void prune(int newest, Optional<Long> best) {
        List<Long> old = new ArrayList<>(steps());
        old.sort(Comparator.reverseOrder());
        old.stream()
                .skip(newest)
                .filter(step -> !best.equals(Optional.of(step)))
                .forEach(step -> DurableFolder.remove(folder(step)));
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

    /** Deletes all checkpoints, as when a run starts over. */
    public void clear() {
        steps().forEach(step -> DurableFolder.remove(folder(step)));
    }
}
