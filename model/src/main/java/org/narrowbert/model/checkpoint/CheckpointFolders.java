package org.narrowbert.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.narrowbert.model.files.FileProblem;

/**
 * Where a run's checkpoints lie: in folders {@code checkpoint-STEP}, as Hugging Face's trainer names them.
 *
 * @param run the run's folder
 */
public record CheckpointFolders(Path run) {
    private static final Pattern NAME = Pattern.compile("checkpoint-(0|[1-9][0-9]{0,17})");
    private static final String PREFIX = "checkpoint-";

    /** Where the checkpoint of a step lies. */
    public Path folder(long step) {
        return run.resolve(PREFIX + step);
    }

    /** Whether a folder of that name is a checkpoint's. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The step that a folder is named for; empty where it has another name than a checkpoint's. */
    public static Optional<Long> step(Path folder) {
        return Optional.ofNullable(folder.getFileName())
                .map(name -> NAME.matcher(name.toString()))
                .filter(Matcher::matches)
                .map(name -> Long.valueOf(name.group(1)));
    }

    /**
     * The steps of all folders of that name, ascending, whole or not.
     *
     * @throws org.narrowbert.engine.error.RunError when the run's folder cannot be read
     */
    public List<Long> steps() {
        if (!Files.isDirectory(run)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(run)) {
            return entries.filter(Files::isDirectory)
                    .map(CheckpointFolders::step)
                    .flatMap(Optional::stream)
                    .sorted()
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(run, error);
        }
    }
}
