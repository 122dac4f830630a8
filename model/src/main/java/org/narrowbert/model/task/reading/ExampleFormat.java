package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.model.task.example.LabelledSet;

/** How some kind of files holds examples. */
public interface ExampleFormat {
    /**
     * Reads all examples of a file or folder.
     *
     * @param labels which are known, or that all are to be collected
     * @param labelled whether every example must have its label; otherwise those that have none are read without
     * @throws org.narrowbert.engine.error.RunError naming file and line when it cannot be read, or is not of this kind
     */
    LabelledSet<?> read(Path source, LabelNames labels, boolean labelled);

    /** What stands for the file of a task that brings its examples along. */
    default Optional<Path> embedded() {
        return Optional.empty();
    }
}
