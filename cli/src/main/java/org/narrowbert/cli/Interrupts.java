package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.utils.Signals;
import org.narrowbert.model.training.StopRequest;

/**
 * Ctrl-C and SIGTERM during a run: the first asks it to save and stop, the second ends the process at once. Before and after the run proper
 * there is nothing to save, and the first ends the process.
 */
final class Interrupts implements AutoCloseable {
    /** Signals and the exit code of a process that one of them ended, 128 + its number. */
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    private final PrintWriter err;
    private final AtomicReference<Optional<String>> received = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<StopRequest>> run = new AtomicReference<>(Optional.empty());

    private Interrupts(PrintWriter err) {
        this.err = err;
    }

    /** Begins to listen. */
    static Interrupts listen(PrintWriter err) {
        Interrupts interrupts = new Interrupts(err);
        EXIT_CODES.forEach((signal, code) -> Signals.register(signal, () -> interrupts.receive(signal, code)));
        return interrupts;
    }

    /** From now on the first signal makes this request. */
    void stopBy(StopRequest request) {
        run.set(Optional.of(request));
    }

    /** The exit code of the signal that stopped the run, if one did. */
    Optional<Integer> exitCode() {
        return received.get().map(EXIT_CODES::get);
    }

    /** What a process leaves that ends at once. */
    static String what(boolean first) {
        // A run that is resumed was trained before, by others.
        return first
                ? " before this command trained anything: what was saved earlier is untouched"
                : " a second time: what was saved last is whole";
    }

    private void receive(String signal, int code) {
        Optional<StopRequest> request = run.get();
        boolean first = received.compareAndSet(Optional.empty(), Optional.of(signal));
        if (!first || request.isEmpty()) {
            err.println();
            err.println("narrowbert: stopped by SIG" + signal + what(first));
            err.flush();
            Runtime.getRuntime().halt(code);
        }
        err.println();
        err.println("narrowbert: SIG" + signal + ": saving after this step; once more to stop at once");
        err.flush();
        request.orElseThrow().make();
    }

    @Override
    public void close() {
        EXIT_CODES.keySet().forEach(Signals::registerDefault);
    }
}
