package org.narrowbert.cli.inference;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.narrowbert.cli.options.OutputFile;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.inference.EmbeddingOutput.Format;
import picocli.CommandLine.Option;

/** Options of the file that vectors go to. */
final class EmbeddingFile {
    private static final String NAME = "--output-file";

    @Option(
            names = NAME,
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
        path.ifPresent(file -> refuse(NAME + " " + file));
        format.ifPresent(one -> refuse("--output-format"));
        if (overwrite) {
            refuse("--overwrite");
        }
    }

    private static void refuse(String given) {
        throw new UserError(given + " is for --input-file: the vector of a given text is printed");
    }

    private static String text(Format one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses a place where nothing should be written.
     *
     * @param input what is read, which is never replaced
     * @return what the file is to be
     */
    Format check(Path input) {
        Path path = path();
        OutputFile.named(NAME, path).check().refuseSame("--input-file", input).refuseExisting(overwrite);
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        Optional<Format> named =
                Arrays.stream(Format.values()).filter(one -> one.isNamed(name)).findFirst();
        if (format.isPresent() && named.isPresent() && !format.equals(named)) {
            throw new UserError("--output-format is " + text(format.get()) + ", and --output-file " + path + " is "
                    + text(named.get()) + " by its name: name another file, or leave out --output-format");
        }
        return format.or(() -> named)
                .orElseThrow(() -> new UserError("--output-file " + path
                        + " ends in neither .jsonl nor .npy: add --output-format jsonl or --output-format npy"));
    }
}
