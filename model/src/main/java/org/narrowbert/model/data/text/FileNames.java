package org.narrowbert.model.data.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.FileProblem;

/**
 * What users write to name files: files, folders and patterns.
 *
 * @param formats whose files are taken of a folder
 */
record FileNames(DocumentFormats formats) {
    private static final String PATTERN_CHARACTERS = "*?[{";

    /**
     * The files that names stand for, each once, in the order of the names; those of one folder or pattern in the order of their paths.
     *
     * @throws RunError if a folder or pattern stands for no file; a file need not exist
     */
    List<Path> expand(List<String> names) {
        SequencedSet<Path> files = new LinkedHashSet<>();
        for (String name : names) {
            files.addAll(expand(name));
        }
        return List.copyOf(files);
    }

    private List<Path> expand(String name) {
        if (isPattern(name) && !exists(name)) {
            return matching(name);
        }
        Path path = path(name);
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> files = filesUnder(path, file -> formats.knows(file) && !isHidden(path.relativize(file)));
        if (files.isEmpty()) {
            throw new RunError("the folder " + name + " has no file whose name ends in "
                    + formats.endings().collect(Collectors.joining(", ")) + " or one of these and "
                    + Compression.GZIP.ending() + " or " + Compression.ZSTD.ending()
                    + ": name another folder, or the files one by one");
        }
        return files;
    }

    private List<Path> matching(String pattern) {
        // Patterns are read with slashes on every system; a match is looked for below the folders that are named whole.
        String slashed = pattern.replace('\\', '/');
        int first = Stream.of(PATTERN_CHARACTERS.split(""))
                .mapToInt(slashed::indexOf)
                .filter(place -> place >= 0)
                .min()
                .orElseThrow();
        int folderEnd = slashed.lastIndexOf('/', first);
        Path folder = path(folderEnd < 0 ? "" : slashed.substring(0, folderEnd + 1));
        PathMatcher matcher = matcher(slashed.substring(folderEnd + 1), pattern);
        List<Path> files = Files.isDirectory(folder)
                ? filesUnder(folder, file -> matcher.matches(folder.relativize(file)))
                : List.of();
        if (files.isEmpty()) {
            throw new RunError("no file matches " + pattern + ": check the pattern");
        }
        return files;
    }

    private static PathMatcher matcher(String glob, String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException error) {
            throw new UserError("the pattern " + pattern + " is not sound: " + error.getDescription());
        }
    }

    private static List<Path> filesUnder(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(wanted)
                    .sorted(Comparator.comparing(file -> file.toString().replace('\\', '/')))
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        } catch (UncheckedIOException error) {
            throw FileProblem.reading(folder, Objects.requireNonNull(error.getCause()));
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPattern(String name) {
        return PATTERN_CHARACTERS.chars().anyMatch(c -> name.indexOf(c) >= 0);
    }

    private static boolean exists(String name) {
        try {
            return Files.exists(Path.of(name));
        } catch (InvalidPathException error) {
            return false;
        }
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException error) {
            throw new UserError("'" + name + "' is not a file's name here: " + error.getReason());
        }
    }
}
