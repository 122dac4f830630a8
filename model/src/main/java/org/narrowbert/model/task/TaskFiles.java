package org.narrowbert.model.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a task's data are.
 *
 * @param train file or folder to learn from
 * @param validation those to measure on while training; MNLI has two, of which the first decides
 * @param test those to predict
 */
public record TaskFiles(Optional<Path> train, List<Part> validation, List<Part> test) {
    public TaskFiles {
        validation = List.copyOf(validation);
        test = List.copyOf(test);
    }

    /**
     * A file or folder with its name.
     *
     * @param name for logs and files, such as "validation", "validation_matched" or "test"
     */
    public record Part(String name, Path path) {}
}
