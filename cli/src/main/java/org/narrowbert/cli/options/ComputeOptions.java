package org.narrowbert.cli.options;

import java.util.Optional;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.BackendProvider;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine.Option;

/** Options that say on what a command computes. */
public final class ComputeOptions {
    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute; the results do not depend on it (default: all processors).")
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "vector (default) or reference, which is exact and slow.")
    private Optional<String> backend = Optional.empty();

    /** What holds where nothing is told. */
    public ComputeOptions() {}

    /** Number of threads. */
    public int threads() {
        int number = threads.orElse(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        if (number < 1 || number > MOST_THREADS) {
            throw new UserError("--threads is " + number + ": choose from 1 to " + MOST_THREADS);
        }
        return number;
    }

    /** Refuses a wrong number of threads, and a backend that does not exist or cannot run here. */
    public void check() {
        threads();
        provider();
    }

    /** Starts the backend with our own matrix products; the caller closes it. */
    public Backend open() {
        return open(Gemm.PANAMA, OperandPrecision.FLOAT32);
    }

    /** Starts the backend; the caller closes it. */
    public Backend open(Gemm gemm, OperandPrecision precision) {
        return provider().open(new BackendOptions(threads(), gemm, precision));
    }

    /** One line for people when the fastest backend cannot run here and was not asked for by name: what would be faster. */
    public Optional<String> fallback() {
        if (backend.isPresent()) {
            return Optional.empty();
        }
        return switch (Backends.find().all().getFirst().availability()) {
            case Availability.Ready ready -> Optional.empty();
            case Availability.Missing(var what, var lookedAt) ->
                Optional.of("computing slowly, on the " + provider().name() + " backend: " + what);
        };
    }

    /** The backend that is chosen. */
    public BackendProvider provider() {
        Backends backends = Backends.find();
        return backend.map(backends::named).orElseGet(backends::preferred);
    }
}
