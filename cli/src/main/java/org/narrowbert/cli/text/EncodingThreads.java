package org.narrowbert.cli.text;

import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine.Option;

/** The option that says on how many threads text is made into tokens. */
final class EncodingThreads {
    private static final int MOST = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that encode; the result does not depend on it (default: all processors).")
    private Optional<Integer> threads = Optional.empty();

    EncodingThreads() {}

    /** Number of threads. */
    int number() {
        int number = threads.orElse(Math.min(MOST, Runtime.getRuntime().availableProcessors()));
        if (number < 1 || number > MOST) {
            throw new UserError("--threads is " + number + ": choose from 1 to " + MOST);
        }
        return number;
    }
}
