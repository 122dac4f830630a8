package org.narrowbert.model.training.log;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/**
 * Reads a {@code metrics.jsonl} line by line. A line ends with a line end: what follows the last one is the part of a line that a process was
 * killed in, or is just writing, and is left out.
 */
public final class MetricsReader implements AutoCloseable {
    /** Bytes: a line that is ours has a few hundred. */
    private static final int LONGEST_LINE = 1 << 16;

    private final Path file;
    private final InputStream bytes;
    private long number;
    private long end;
    private long lastStep;

    private MetricsReader(Path file, InputStream bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Opens a file.
     *
     * @throws RunError when it cannot be read
     */
    public static MetricsReader open(Path file) {
        try {
            return new MetricsReader(file, new BufferedInputStream(Files.newInputStream(file)));
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    /**
     * Reads all lines of a file.
     *
     * @throws RunError when it cannot be read, or a line is not one of a training log
     */
    public static List<MetricsLine> readAll(Path file) {
        List<MetricsLine> lines = new ArrayList<>();
        try (MetricsReader reader = open(file)) {
            for (Optional<MetricsLine> line = reader.next(); line.isPresent(); line = reader.next()) {
                lines.add(line.get());
            }
        }
        return lines;
    }

    /**
     * The next line, empty when there is none.
     *
     * @throws RunError when it cannot be read, is not a line of a training log, or is of an earlier step than the line before it
     */
    public Optional<MetricsLine> next() {
        Optional<byte[]> whole = nextBytes();
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        number++;
        MetricsLine line = MetricsJson.read(where(), whole.get());
        if (line.step() < lastStep) {
            throw new RunError(
                    where() + " is of step " + line.step() + ", after a line of step " + lastStep + ": a log goes on");
        }
        lastStep = line.step();
        end += whole.get().length + 1;
        return Optional.of(line);
    }

    /** Bytes from the file's beginning to the end of the line that {@link #next} gave last. */
    long end() {
        return end;
    }

    private String where() {
        return file + " line " + number;
    }

    /** The next line without its end; empty when no whole line is left. */
    private Optional<byte[]> nextBytes() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = bytes.read(); next >= 0; next = bytes.read()) {
                if (next == '\n') {
                    return Optional.of(line.toByteArray());
                }
                if (line.size() == LONGEST_LINE) {
                    throw new RunError(file + " line " + (number + 1) + " is not a line of a training log: it has more"
                            + " than " + LONGEST_LINE + " bytes");
                }
                line.write(next);
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }
}
