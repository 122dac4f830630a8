package org.narrowbert.model.inference;

import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;

/** A file of vectors, one a text, in the order of the texts. It gets its name when it is whole. */
public sealed interface EmbeddingOutput extends AutoCloseable permits JsonLinesOutput, NumpyOutput {
    /** What such a file may be. */
    enum Format {
        /** JSON Lines: an object a text, {@code {"embedding": [0.1, -0.2]}}. */
        JSONL,

        /** NumPy's own: a matrix [texts, columns] of little-endian float32, which {@code numpy.load} reads or maps. */
        NPY;

        /** Whether a file's name, in small letters, tells of it. */
        public boolean isNamed(String fileName) {
            return switch (this) {
                case JSONL -> fileName.endsWith(".jsonl") || fileName.endsWith(".ndjson");
                case NPY -> fileName.endsWith(".npy");
            };
        }
    }

    /**
     * Begins a file; one that exists is replaced when the new one is whole.
     *
     * @param columns of each vector
     * @throws RunError when it cannot be written
     */
    static EmbeddingOutput open(Path file, Format format, int columns) {
        return switch (format) {
            case JSONL -> JsonLinesOutput.open(file);
            case NPY -> NumpyOutput.open(file, columns);
        };
    }

    /** A vector as an object of JSON, without a line's end. */
    static String json(float[] vector) {
        StringBuilder line = new StringBuilder();
        JsonLinesOutput.append(line, vector);
        return line.toString();
    }

    /**
     * Adds the next text's vector.
     *
     * @throws RunError when it cannot be written
     */
    void add(float[] vector);

    /** Gives the whole file its name; nothing is added after that. */
    void commit();

    /** Lets go of the file, and removes what was written unless it was committed. */
    @Override
    void close();
}
