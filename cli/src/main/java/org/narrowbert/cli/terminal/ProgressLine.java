package org.narrowbert.cli.terminal;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How far a task is, at one moment, as people read it.
 *
 * @param task a word or two
 * @param done out of the total
 * @param total the count at which it is done
 * @param unit what is counted; empty where the task says so
 * @param secondsLeft where that can be told
 * @param figures the task's own, the most important first
 */
public record ProgressLine(
        String task, long done, long total, String unit, OptionalDouble secondsLeft, List<String> figures) {
    private static final String GAP = "  ";
    private static final int LONGEST_BAR = 24;
    private static final int SHORTEST_BAR = 6;

    /** Keeps the figures as they are now. */
    public ProgressLine {
        figures = List.copyOf(figures);
    }

    /** A line of a log: "step 20 of 400  loss 5.2  02:03 left". */
    String plain() {
        StringBuilder line = new StringBuilder("%s %,d of %,d%s".formatted(task, done, total, blankAndUnit()));
        figures.forEach(figure -> line.append(GAP).append(figure));
        secondsLeft.ifPresent(seconds -> line.append(GAP).append(left(seconds)));
        return line.toString();
    }

    /**
     * A line with a bar: "step 20/400 [=>      ]   5%  02:03 left  loss 5.2". What does not fit is left out: first the least important figures,
     * then the bar.
     *
     * @param width columns there are
     */
    String bar(int width) {
        String count = "%s %,d/%,d%s".formatted(task, done, total, blankAndUnit());
        StringBuilder behind = new StringBuilder(" %3d%%".formatted(percent()));
        secondsLeft.ifPresent(seconds -> behind.append(GAP).append(left(seconds)));
        int room = width - count.length() - SHORTEST_BAR - 1;
        for (String figure : figures) {
            if (behind.length() + GAP.length() + figure.length() > room) {
                break;
            }
            behind.append(GAP).append(figure);
        }
        int bar = Math.min(LONGEST_BAR, width - count.length() - behind.length() - 1);
        String line = bar < SHORTEST_BAR ? count + behind : count + " " + bar(done, total, bar) + behind;
        return line.substring(0, Math.clamp(width, 0, line.length()));
    }

    private String blankAndUnit() {
        return unit.isEmpty() ? "" : " " + unit;
    }

    private static String bar(long done, long total, int width) {
        int inside = width - 2;
        int filled = total == 0 ? inside : (int) (inside * done / total);
        return filled >= inside
                ? "[" + "=".repeat(inside) + "]"
                : "[" + "=".repeat(filled) + ">" + " ".repeat(inside - filled - 1) + "]";
    }

    private long percent() {
        return total == 0 ? 100 : 100 * done / total;
    }

    private static String left(double seconds) {
        return clock(seconds) + " left";
    }

    /** "1:02:03" or "02:03". */
    public static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
                : "%02d:%02d".formatted(whole / 60, whole % 60);
    }
}
