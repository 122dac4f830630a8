package org.narrowbert.model.data.text;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/**
 * A file of documents: where it is, and how it is compressed by its name.
 *
 * @param path as the user gave it
 * @param compression of the whole file
 * @param start byte from which on a sample is read, 0 for the whole file; only lines of files that are not compressed have others
 */
public record DocumentFile(Path path, Compression compression, long start) {
    /** The file at a path. */
    public static DocumentFile of(Path path) {
        return new DocumentFile(path, Compression.of(name(path)), 0);
    }

    /** The file from about a byte on, if it can be read from there, or else from its beginning. */
    DocumentFile from(long byteOffset) {
        return compression == Compression.NONE ? new DocumentFile(path, compression, byteOffset) : this;
    }

    /** Its name in small letters, without what tells of compression. */
    public String name() {
        String name = name(path);
        return name.substring(0, name.length() - compression.ending().length());
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
    }

    /** Its size on the disk in bytes. */
    public long bytes() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
    }

    /** Opens its decompressed bytes; the caller closes them. */
    public DocumentInput open() {
        return DocumentInput.open(this);
    }

    /**
     * Opens its text, for a parser that wants characters, at least two at a time; the caller closes it. Reading fails by {@link RunError}s, with the byte
     * that is not UTF-8.
     */
    public Reader openText() {
        return Utf8Reader.open(this);
    }

    /**
     * Finds out what can be found out without reading, so that a wrong name is reported before any work.
     *
     * @throws RunError if it is missing, empty, a folder or not to be read
     */
    public void check() {
        if (!Files.exists(path)) {
            throw new RunError("there is no file " + path + ": check the name");
        }
        if (Files.isDirectory(path)) {
            throw new RunError(path + " is a folder: name the text files in it");
        }
        if (!Files.isRegularFile(path)) {
            throw new RunError(path + " is not a regular file: it is read more than once, so save it to a file first");
        }
        if (!Files.isReadable(path)) {
            throw new RunError(path + " cannot be read: check its permissions");
        }
        if (bytes() == 0) {
            throw new RunError(path + " is empty: name a file with text");
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
