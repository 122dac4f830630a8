package org.narrowbert.cli.exit;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jline.utils.Signals;
import org.narrowbert.model.training.StopRequest;

/**
 * Ctrl-C and SIGTERM during a command. While something goes on that can stop by itself, the first signal asks it to, and the second ends the
 * process at once. Before and after, the first ends the process.
 */
public final class Interrupts implements AutoCloseable {
    /** Signals and the exit code of a process that one of them ended, 128 + its number. */
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    /**
     * What goes on and can stop by itself.
     *
     * @param request that asks it to
     * @param asked what a first signal makes it do
     * @param again what a process leaves that a second one ends
     */
    private record Stoppable(StopRequest request, String asked, String again) {
        static Stoppable run(StopRequest request) {
            return new Stoppable(request, "saving after this step", "what was saved last is whole");
        }

        static Stoppable writing(StopRequest request) {
            return new Stoppable(
                    request,
                    "stopping, and removing what is half written",
                    "what is half written goes when the command is given again");
        }
    }

    private final PrintWriter err;
    private final String before;
    private final AtomicReference<Optional<String>> received = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Stoppable>> stoppable = new AtomicReference<>(Optional.empty());

    private Interrupts(PrintWriter err, String before) {
        this.err = err;
        this.before = before;
    }

    /** Begins to listen for a command that trains. */
    public static Interrupts listenForRun(PrintWriter err) {
        // A run that is resumed was trained before, by others.
        return listen(err, "before this command trained anything: what was saved earlier is untouched");
    }

    /** Begins to listen for a command that writes at its end. */
    public static Interrupts listen(PrintWriter err) {
        return listen(err, "before this command wrote anything");
    }

    private static Interrupts listen(PrintWriter err, String before) {
        Interrupts interrupts = new Interrupts(err, before);
        EXIT_CODES.forEach((signal, code) -> Signals.register(signal, () -> interrupts.receive(signal, code)));
        return interrupts;
    }

    /** From now on the first signal makes this request of a run. */
    public void stopBy(StopRequest request) {
        stoppable.set(Optional.of(Stoppable.run(request)));
    }

    /**
     * Does what writes a folder or a file, and is given up at the first signal.
     *
     * @param task takes what it must call now and then, which throws where a signal came
     * @throws Interruption when one did; what was half written is removed as after any failure
     */
    public void whileWriting(Consumer<Runnable> task) {
        StopRequest request = new StopRequest();
        Runnable check = () -> {
            // Not by the request, which a signal makes after it was received: no signal is passed over.
            received.get().ifPresent(signal -> {
                throw new Interruption(signal, EXIT_CODES.getOrDefault(signal, ExitPolicy.FAILED));
            });
        };
        stoppable.set(Optional.of(Stoppable.writing(request)));
        try {
            task.accept(check);
        } finally {
            stoppable.set(Optional.empty());
        }
        check.run();
    }

    /** The exit code of the signal that stopped the run, if one did. */
    public Optional<Integer> exitCode() {
        return received.get().map(EXIT_CODES::get);
    }

    private void receive(String signal, int code) {
        boolean first = received.compareAndSet(Optional.empty(), Optional.of(signal));
        Optional<Stoppable> goingOn = stoppable.get();
        err.println();
        if (!first || goingOn.isEmpty()) {
            err.println("narrowbert: stopped by SIG" + signal + " "
                    + goingOn.map(one -> "a second time: " + one.again).orElse(before));
            err.flush();
            Runtime.getRuntime().halt(code);
        }
        Stoppable asked = goingOn.orElseThrow();
        err.println("narrowbert: SIG" + signal + ": " + asked.asked + "; once more to stop at once");
        err.flush();
        asked.request.make();
    }

    @Override
    public void close() {
        EXIT_CODES.keySet().forEach(Signals::registerDefault);
    }
}
