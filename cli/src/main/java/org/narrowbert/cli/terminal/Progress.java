package org.narrowbert.cli.terminal;

import java.io.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/** How far a long task is: a live bar as wide as the terminal, or lines now and then where there is none. */
public final class Progress implements AutoCloseable {
    /** Lines of a task that goes on evenly and is not slow. */
    private static final int LINES = 20;
    /** Seconds: a task that is soon done needs no more than its last line. */
    private static final double SHORTEST_PAUSE = 2;
    /** Seconds: how long nothing is said at the beginning of a slow task, and how long later on. */
    private static final double FIRST_PAUSE = 5;

    private static final double LONGEST_PAUSE = 60;

    private static final int UPDATE_MILLISECONDS = 200;

    private final PrintWriter out;
    private final long start;
    private final Optional<ProgressBar> bar;
    private final long begun = System.nanoTime();
    private volatile ProgressLine line;
    private long linesShown;
    private double secondsShown;

    private Progress(PrintWriter out, ProgressLine first, boolean terminal) {
        this.out = out;
        this.start = first.done();
        this.line = first;
        this.bar = terminal ? Optional.of(bar(first)) : Optional.empty();
    }

    /**
     * Begins to show a task.
     *
     * @param task a word or two for people
     * @param total the count at which it is done
     */
    public static Progress open(PrintWriter out, String task, long total) {
        return open(out, task, 0, total);
    }

    /**
     * Begins to show a task of which a part is done.
     *
     * @param task a word or two for people
     * @param start the count at which it goes on
     * @param total the count at which it is done
     */
    public static Progress open(PrintWriter out, String task, long start, long total) {
        return new Progress(
                out, new ProgressLine(task, start, total, "", OptionalDouble.empty(), List.of()), isTerminal());
    }

    /** Whether someone watches: standard input and output are a terminal. */
    public static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private ProgressBar bar(ProgressLine first) {
        return new ProgressBarBuilder()
                .setTaskName(first.task())
                .setInitialMax(first.total())
                .startsFrom(first.done(), Duration.ZERO)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .continuousUpdate()
                .setRenderer((state, width) -> line.bar(width))
                .setConsumer(TerminalLine.of(out))
                .build();
    }

    /**
     * Shows how far the task is; the time left is what it takes at the speed so far.
     *
     * @param done out of the total
     * @param unit what is counted
     */
    public void update(long done, String unit) {
        double perCount = seconds() / (done - start);
        show(
                done,
                unit,
                List.of(),
                done > start ? OptionalDouble.of(perCount * (line.total() - done)) : OptionalDouble.empty());
    }

    /**
     * Shows how far the task is.
     *
     * @param done out of the total
     * @param figures shown behind it: the task's own, the most important first
     * @param secondsLeft where that can be told
     */
    public void update(long done, List<String> figures, OptionalDouble secondsLeft) {
        show(done, "", figures, secondsLeft);
    }

    private void show(long done, String unit, List<String> figures, OptionalDouble secondsLeft) {
        line = new ProgressLine(line.task(), done, line.total(), unit, secondsLeft, figures);
        bar.ifPresentOrElse(shown -> shown.stepTo(done), this::printIfDue);
    }

    private void printIfDue() {
        long twentieth = line.total() == 0 ? LINES : line.done() * LINES / line.total();
        boolean last = line.done() == line.total() && linesShown < LINES;
        if (last || isSilentTooLong() || (twentieth > linesShown && pause() > SHORTEST_PAUSE)) {
            linesShown = twentieth;
            secondsShown = seconds();
            out.println(line.plain().stripTrailing());
        }
    }

    /**
     * Shows what is done instead of going on with the task.
     *
     * @param text what, and how far it is
     * @param begins whether it just began, which is always said
     */
    public void status(String text, boolean begins) {
        if (bar.isPresent()) {
            line = new ProgressLine(line.task(), line.done(), line.total(), "", OptionalDouble.empty(), List.of(text));
        } else if (begins || isSilentTooLong()) {
            secondsShown = seconds();
            out.println("%s %,d: %s".formatted(line.task(), line.done(), text));
        }
    }

    private boolean isSilentTooLong() {
        return pause() > Math.clamp(seconds() / LINES, FIRST_PAUSE, LONGEST_PAUSE);
    }

    private double pause() {
        return seconds() - secondsShown;
    }

    private double seconds() {
        return (System.nanoTime() - begun) * 1e-9;
    }

    /** Prints a line that stays. */
    public void println(String text) {
        out.println(bar.isPresent() ? TerminalLine.CLEARED + text : text);
    }

    @Override
    public void close() {
        bar.ifPresent(shown -> {
            shown.close();
            out.println();
        });
    }

    /**
     * The terminal's last line.
     *
     * @param out what writes to the terminal
     * @param terminal tells how wide it is
     */
    private record TerminalLine(PrintWriter out, ConsoleProgressBarConsumer terminal) implements ProgressBarConsumer {
        /** Goes back to the line's beginning and empties it. */
        static final String CLEARED = "\r\033[K";

        static TerminalLine of(PrintWriter out) {
            PrintStream unused = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            return new TerminalLine(out, new ConsoleProgressBarConsumer(unused));
        }

        @Override
        public int getMaxRenderedLength() {
            return terminal.getMaxRenderedLength();
        }

        @Override
        public void accept(String text) {
            out.print(CLEARED + text);
            out.flush();
        }

        @Override
        public void close() {}
    }
}
