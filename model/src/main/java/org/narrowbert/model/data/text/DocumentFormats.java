package org.narrowbert.model.data.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;

/**
 * The kinds of files that can be read here.
 *
 * @param formats those that take files by the ends of their names
 * @param fallback takes every other file
 */
record DocumentFormats(List<DocumentFormat> formats, DocumentFormat fallback) {
    /** A format of a module that may be left out. */
    private static final String PARQUET = ".parquet";

    /** Those that are built in and those of other modules. */
    static DocumentFormats find() {
        DocumentFormat text = new TextFormat();
        Stream<DocumentFormat> others =
                ServiceLoader.load(DocumentFormat.class, DocumentFormat.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get);
        return new DocumentFormats(
                Stream.concat(Stream.of(text, new JsonLinesFormat()), others).toList(), text);
    }

    /**
     * The format of a file, by its name.
     *
     * @throws RunError if its name tells of a format that cannot be read here
     */
    DocumentFormat of(DocumentFile file) {
        String name = file.name();
        Optional<DocumentFormat> named = formats.stream()
                .filter(one -> one.endings().stream().anyMatch(name::endsWith))
                .findFirst();
        if (named.isEmpty() && name.endsWith(PARQUET)) {
            throw new RunError(file + " is a Parquet file, and the module org.narrowbert.parquet, which reads them, is"
                    + " not here: add its jars to the module path, or save the text as JSON Lines");
        }
        DocumentFormat format = named.orElse(fallback);
        if (file.compression() != Compression.NONE && !format.compressible()) {
            throw new RunError(file + " is " + format.name() + " compressed as a whole by "
                    + file.compression().title() + ": decompress it first, the format compresses by itself");
        }
        return format;
    }

    /** Whether a file's name says by its end that it can be read: what is taken of a folder. */
    boolean knows(Path path) {
        String name = DocumentFile.of(path).name();
        return endings().anyMatch(name::endsWith);
    }

    /** The ends of names that are known. */
    Stream<String> endings() {
        return Stream.concat(formats.stream().flatMap(format -> format.endings().stream()), Stream.of(PARQUET))
                .distinct();
    }
}
