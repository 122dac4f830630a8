package org.narrowbert.model.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;

/**
 * What a task's files and folders are called as they are distributed; the first of each list that exists is taken.
 *
 * @param folders usual names of the task's own folder within one of several tasks
 * @param train names of what is learned from
 * @param validation names of each validation part
 * @param test names of each test part
 */
public record TaskFolder(
        List<String> folders,
        List<String> train,
        SequencedMap<String, List<String>> validation,
        SequencedMap<String, List<String>> test) {

    /** Of a task that is given file by file. */
    public static final TaskFolder NONE =
            new TaskFolder(List.of(), List.of(), new LinkedHashMap<>(), new LinkedHashMap<>());

    public TaskFolder {
        folders = List.copyOf(folders);
        train = List.copyOf(train);
        validation = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(validation));
        test = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(test));
    }

    /** The files that are there. */
    TaskFiles find(Path dataDir, String task) {
        if (!Files.isDirectory(dataDir)) {
            throw new RunError(dataDir + " is not a folder: name the folder with the files of " + task);
        }
        return Stream.concat(Stream.of(dataDir), folders.stream().map(dataDir::resolve))
                .map(this::in)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new RunError(dataDir + " has none of the files of " + task + ": "
                        + String.join(", ", looked()) + " were looked for, there and in "
                        + String.join(", ", folders)));
    }

    private Optional<TaskFiles> in(Path folder) {
        TaskFiles files = new TaskFiles(first(folder, train), parts(folder, validation), parts(folder, test));
        boolean none = files.train().isEmpty()
                && files.validation().isEmpty()
                && files.test().isEmpty();
        return none ? Optional.empty() : Optional.of(files);
    }

    private static List<TaskFiles.Part> parts(Path folder, SequencedMap<String, List<String>> named) {
        List<TaskFiles.Part> parts = new ArrayList<>();
        named.forEach(
                (name, files) -> first(folder, files).ifPresent(file -> parts.add(new TaskFiles.Part(name, file))));
        return parts;
    }

    private static Optional<Path> first(Path folder, List<String> names) {
        return names.stream().map(folder::resolve).filter(Files::exists).findFirst();
    }

    private List<String> looked() {
        return Stream.of(Stream.of(train), validation.values().stream(), test.values().stream())
                .flatMap(all -> all.flatMap(List::stream))
                .distinct()
                .toList();
    }
}
