package org.narrowbert.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.narrowbert.model.files.FolderLock;

/** All that lies in a folder, to compare what was there before with what is there after. */
public final class FolderContent {
    private FolderContent() {}

    /** Every file below a folder with its bytes, and every folder; but not the lock, which means nothing. */
    public static SortedMap<String, String> of(Path folder) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(path -> !path.endsWith(FolderLock.FILE))
                    .forEach(path -> content.put(folder.relativize(path).toString(), bytes(path)));
        }
        return content;
    }

    private static String bytes(Path path) {
        try {
            return Files.isDirectory(path)
                    ? "a folder"
                    : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
