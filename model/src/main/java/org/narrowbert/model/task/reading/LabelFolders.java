package org.narrowbert.model.task.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/**
 * A folder with a folder for each label, whose files are a text each.
 *
 * @param passedOver folders that are not read, such as IMDB's reviews without label
 * @param html whether {@code <br />} stands for a new line
 */
public record LabelFolders(List<String> passedOver, boolean html) implements ExampleFormat {
    private static final String LINE_BREAK = "<br />";

    @Override
    public LabelledSet<TextExample> read(Path source, LabelNames labels, boolean labelled) {
        if (!Files.isDirectory(source)) {
            throw new RunError(source + " is not a folder: name the one that has a folder of texts for each label");
        }
        TextCollector collector = new TextCollector(source, TaskKind.SINGLE_LABEL, labels, labelled, Optional.empty());
        List<Path> folders = new ArrayList<>(list(source, Files::isDirectory));
        folders.removeIf(folder -> passedOver.contains(name(folder)));
        if (folders.isEmpty()) {
            throw new RunError(source + " has no folders: one for each label is read, with a file for each text");
        }
        for (Path folder : folders) {
            for (Path file : list(folder, Files::isRegularFile)) {
                collector.add(text(file), Optional.empty(), new Cell.One(name(folder)), folder.toString());
            }
        }
        return collector.finish(new ReadingCounts());
    }

    /** Those within a folder, by their names, but hidden ones. */
    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> within = Files.list(folder)) {
            return within.filter(wanted)
                    .filter(path -> !name(path).startsWith("."))
                    .sorted(Comparator.comparing(LabelFolders::name))
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        } catch (UncheckedIOException error) {
            throw FileProblem.reading(folder, Objects.requireNonNull(error.getCause()));
        }
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }

    private String text(Path file) {
        StringBuilder text = new StringBuilder();
        try (Texts lines = Texts.lines(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                text.append(text.isEmpty() ? "" : "\n").append(line.get());
            }
        }
        return html ? text.toString().replace(LINE_BREAK, "\n") : text.toString();
    }
}
