package org.narrowbert.ffm.library;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Folders by pattern: an absolute path whose steps may hold wildcards, and whose first step may be a variable in braces,
 * as in <code>${VIRTUAL_ENV}/lib/python3*&#47;site-packages</code>.
 */
record FolderPattern(String text) {
    private static final String OPEN = "${";

    /** The variable the pattern starts with. */
    Optional<String> variable() {
        return text.startsWith(OPEN) ? Optional.of(text.substring(OPEN.length(), text.indexOf('}'))) : Optional.empty();
    }

    /** The folders that exist, the highest name first; none where the variable is not set. */
    List<Path> folders(Surroundings surroundings) {
        String path = text;
        if (variable().isPresent()) {
            Optional<String> value = variable().flatMap(surroundings::variable);
            if (value.isEmpty()) {
                return List.of();
            }
            path = value.get() + text.substring(text.indexOf('}') + 1);
        }
        try {
            Path whole = Path.of(path).toAbsolutePath();
            Path root = whole.getRoot();
            List<Path> found = root == null ? List.of() : List.of(root);
            for (Path step : whole) {
                List<Path> next = new ArrayList<>();
                for (Path folder : found) {
                    next.addAll(children(folder, step.toString()));
                }
                found = next;
            }
            return found;
        } catch (InvalidPathException exception) {
            return List.of();
        }
    }

    private static List<Path> children(Path folder, String step) {
        if (step.indexOf('*') < 0) {
            Path child = folder.resolve(step);
            return Files.isDirectory(child) ? List.of(child) : List.of();
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, step)) {
            stream.forEach(child -> {
                if (Files.isDirectory(child)) {
                    children.add(child);
                }
            });
        } catch (IOException | DirectoryIteratorException unreadable) {
            return List.of();
        }
        children.sort(Comparator.<Path>naturalOrder().reversed());
        return children;
    }
}
