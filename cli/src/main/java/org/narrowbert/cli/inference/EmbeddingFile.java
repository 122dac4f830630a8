package org.narrowbert.cli.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.inference.EmbeddingOutput.Format;
import picocli.CommandLine.Option;

/** Options of the file that vectors go to. */
final class EmbeddingFile {
    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Where the vectors of --input-file go: a new file, which gets its name when it is whole.")
    private Optional<Path> path = Optional.empty();

    @Option(
            names = "--output-format",
            paramLabel = "jsonl|npy",
            description = "What it is (default: what its name says by .jsonl or .npy).")
    private Optional<Format> format = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    EmbeddingFile() {}

    /** The file. */
    Path path() {
        return path.orElseThrow(() -> new UserError("--input-file needs an --output-file: name the one to write"));
    }

    /** Refuses options of a file where vectors are printed. */
    void requireNone() {
        path.ifPresent(file -> {
            throw new UserError(
                    "--output-file " + file + " is for --input-file: the vector of a given text is printed");
        });
    }

    /**
     * Refuses a place where nothing should be written.
     *
     * @param input what is read, which is never replaced
     * @return what the file is to be
     */
    Format check(Path input) {
        Path path = path();
        if (path.getFileName() == null || Files.isDirectory(path)) {
            throw new UserError("--output-file " + path + " is a folder: name a file");
        }
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder");
        if (!Files.isDirectory(folder)) {
            throw new UserError("--output-file " + path + ": there is no folder " + folder + ": make it first");
        }
        if (Files.exists(path) && Files.exists(input) && isSame(path, input)) {
            throw new UserError("--output-file " + path + " is the --input-file: name another file");
        }
        if (Files.exists(path) && !overwrite) {
            throw new UserError("--output-file " + path + " exists: name another file, or add --overwrite");
        }
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return format.or(() -> Arrays.stream(Format.values())
                        .filter(one -> one.isNamed(name))
                        .findFirst())
                .orElseThrow(() -> new UserError("--output-file " + path
                        + " ends in neither .jsonl nor .npy: add --output-format jsonl or --output-format npy"));
    }

    private static boolean isSame(Path path, Path input) {
        try {
            return Files.isSameFile(path, input);
        } catch (IOException error) {
            throw new RunError("cannot compare " + path + " and " + input + ": " + FileProblem.reason(error), error);
        }
    }
}
