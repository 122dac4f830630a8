package org.narrowbert.cli.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import org.narrowbert.model.training.StepReport;

/** The last steps of a run, as many as took {@link #SECONDS}: how fast it is now, not since it began. */
final class StepWindow {
    /** Long enough to even out other programs, short enough to follow a change. */
    private static final double SECONDS = 20;

    private final Deque<StepReport> steps = new ArrayDeque<>();
    private double seconds;
    private long tokens;
    private long predictions;

    void add(StepReport report) {
        steps.addLast(report);
        count(report, 1);
        // The rest must still fill the window, so that one long step is a window too.
        while (seconds - steps.getFirst().seconds() >= SECONDS) {
            count(steps.removeFirst(), -1);
        }
    }

    private void count(StepReport report, int sign) {
        seconds += sign * report.seconds();
        tokens += sign * report.result().tokens();
        predictions += sign * report.result().predictions();
    }

    /** Tokens a second; empty before the first step. */
    OptionalDouble tokensPerSecond() {
        return perSecond(tokens);
    }

    /** Masked tokens a second; empty before the first step. */
    OptionalDouble predictionsPerSecond() {
        return perSecond(predictions);
    }

    /** Seconds a step; empty before the first. */
    OptionalDouble secondsPerStep() {
        return steps.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(seconds / steps.size());
    }

    private OptionalDouble perSecond(long count) {
        return seconds > 0 ? OptionalDouble.of(count / seconds) : OptionalDouble.empty();
    }
}
