package org.narrowbert.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long task is: a live bar on a terminal, a line at each twentieth of the way elsewhere. */
final class Progress implements AutoCloseable {
    private static final int LINES = 20;
    /** Seconds: a task that is soon done needs no more than its last line. */
    private static final double BETWEEN_LINES = 2;

    private static final int UPDATE_MILLISECONDS = 200;
    private static final int WIDTH = 110;

    private final PrintWriter out;
    private final String task;
    private final long total;
    private final Optional<ProgressBar> bar;
    private final long begun = System.nanoTime();
    private long linesShown;
    private double secondsShown;

    private Progress(PrintWriter out, String task, long total, Optional<ProgressBar> bar) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.bar = bar;
    }

    /**
     * Begins to show a task.
     *
     * @param task a word or two for people
     * @param total the count at which it is done
     */
    static Progress open(PrintWriter out, String task, long total) {
        return new Progress(out, task, total, isTerminal() ? Optional.of(bar(out, task, total)) : Optional.empty());
    }

    /** Whether someone watches: standard input and output are a terminal. */
    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private static ProgressBar bar(PrintWriter out, String task, long total) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new DelegatingProgressBarConsumer(
                        line -> {
                            out.print("\r" + line);
                            out.flush();
                        },
                        WIDTH))
                .build();
    }

    /**
     * Shows how far the task is.
     *
     * @param done out of the total
     * @param message shown behind it: the task's own figures
     */
    void update(long done, String message) {
        if (bar.isPresent()) {
            bar.get().setExtraMessage(" " + message);
            bar.get().stepTo(done);
            return;
        }
        long line = total == 0 ? LINES : done * LINES / total;
        double seconds = (System.nanoTime() - begun) * 1e-9;
        if (line > linesShown && (seconds > secondsShown + BETWEEN_LINES || line == LINES)) {
            linesShown = line;
            secondsShown = seconds;
            out.println("%s %,d of %,d  %s  %s left"
                    .formatted(task, done, total, message, clock(seconds / done * (total - done)))
                    .stripTrailing());
        }
    }

    /** Prints a line that stays. */
    void println(String line) {
        out.println(bar.isPresent() ? "\r\033[K" + line : line);
    }

    /** "1:02:03" or "02:03". */
    static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
                : "%02d:%02d".formatted(whole / 60, whole % 60);
    }

    @Override
    public void close() {
        bar.ifPresent(shown -> {
            shown.close();
            out.println();
        });
    }
}
