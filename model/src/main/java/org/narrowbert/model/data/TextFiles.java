package org.narrowbert.model.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

/**
 * Files of UTF-8 text, read one after the other.
 *
 * @param files at least one; each is looked at when this is made, so that a wrong name is reported before any work
 * @param unit what one document is
 */
public record TextFiles(List<Path> files, DocumentUnit unit) implements TextSource {
    /** Most bytes of a line, and of a document: longer ones are split and counted. */
    public static final int DOCUMENT_LIMIT = 16 << 20;

    public TextFiles {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new UserError("no text file is given: name at least one");
        }
        files.forEach(TextFiles::check);
    }

    /** Files in which documents are paragraphs or lines, whichever each looks like. */
    public static TextFiles of(Path... files) {
        return new TextFiles(List.of(files), DocumentUnit.AUTOMATIC);
    }

    private static void check(Path file) {
        if (!Files.exists(file)) {
            throw new RunError("there is no file " + file + ": check the name");
        }
        if (Files.isDirectory(file)) {
            throw new RunError(file + " is a folder: name the text files in it");
        }
        if (!Files.isRegularFile(file)) {
            throw new RunError(file + " is not a regular file: it is read more than once, so save it to a file first");
        }
        if (!Files.isReadable(file)) {
            throw new RunError(file + " cannot be read: check its permissions");
        }
        if (size(file) == 0) {
            throw new RunError(file + " is empty: name a file with text");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new RunError("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Documents open() {
        return new FileDocuments(files, unit);
    }

    @Override
    public long bytes() {
        return files.stream().mapToLong(TextFiles::size).sum();
    }

    @Override
    public String description() {
        return files.size() == 1 ? files.getFirst().toString() : files.size() + " files from " + files.getFirst();
    }
}
