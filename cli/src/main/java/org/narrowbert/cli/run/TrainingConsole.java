package org.narrowbert.cli.run;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.cli.terminal.ProgressLine;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.SaveReport;
import org.narrowbert.model.training.StepReport;
import org.narrowbert.model.training.StepResult;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/** Shows a run while it goes on: loss, speed, share of the machine's peak, time left, validations, saves. */
final class TrainingConsole implements TrainingListener, AutoCloseable {
    /** The loss shown is a running average, so that it can be read: a step counts this much. */
    private static final double NEWEST = 0.1;

    private final long firstStep;
    private final long steps;
    private final Predictions kind;
    private final Supplier<Optional<MachinePeak>> peak;
    private final Progress progress;
    private final StepWindow window = new StepWindow();
    private final long begun = System.nanoTime();
    private boolean closed;
    private long step;
    private double averageLoss = Double.NaN;
    private double secondsBeforeSteps;
    private double secondsOfSteps;
    private long predictions;
    private long tokens;
    private OptionalDouble flopsPerToken = OptionalDouble.empty();
    private Optional<EvaluationReport> firstEvaluation = Optional.empty();
    private Optional<EvaluationReport> lastEvaluation = Optional.empty();

    /**
     * Begins to show a run.
     *
     * @param firstStep steps that were made before, by the run that this one goes on with
     * @param steps of the whole run
     * @param kind what the losses are means over
     * @param peak what the machine can do at most, once it is known
     */
    TrainingConsole(
            PrintWriter out, long firstStep, long steps, Predictions kind, Supplier<Optional<MachinePeak>> peak) {
        this.kind = kind;
        this.firstStep = firstStep;
        this.step = firstStep;
        this.steps = steps;
        this.peak = peak;
        this.progress = Progress.open(out, "step", firstStep, steps);
    }

    @Override
    public void stepped(StepReport report) {
        StepResult result = report.result();
        if (step == firstStep) {
            secondsBeforeSteps = secondsSinceBegun() - report.seconds();
        }
        step = report.step();
        secondsOfSteps += report.seconds();
        predictions += result.predictions();
        tokens += result.tokens();
        window.add(report);
        if (result.predictions() > 0) {
            averageLoss =
                    Double.isNaN(averageLoss) ? result.loss() : averageLoss + NEWEST * (result.loss() - averageLoss);
        }
        progress.update(step, figures(), secondsLeft());
    }

    private List<String> figures() {
        List<String> figures = new ArrayList<>();
        if (!Double.isNaN(averageLoss)) {
            figures.add("loss %.3f".formatted(averageLoss));
        }
        window.predictionsPerSecond().ifPresent(rate -> figures.add("%,.0f %s/s".formatted(rate, kind.text())));
        shareOfPeak().ifPresent(share -> figures.add("%.0f%% of peak".formatted(100 * share)));
        return figures;
    }

    private OptionalDouble shareOfPeak() {
        OptionalDouble rate = window.tokensPerSecond();
        Optional<MachinePeak> machine = peak.get();
        return rate.isEmpty() || flopsPerToken.isEmpty() || machine.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(rate.getAsDouble()
                        * flopsPerToken.getAsDouble()
                        / (1e9 * machine.get().fmaGflopsAllThreads()));
    }

    /** The steps that are left at the speed of the last ones, and as much time between steps (validations, saves) as there was for each so far. */
    private OptionalDouble secondsLeft() {
        OptionalDouble perStep = window.secondsPerStep();
        if (perStep.isEmpty()) {
            return perStep;
        }
        double between = Math.max(0, secondsSinceBegun() - secondsBeforeSteps - secondsOfSteps) / (step - firstStep);
        return OptionalDouble.of((perStep.getAsDouble() + between) * (steps - step));
    }

    private double secondsSinceBegun() {
        return (System.nanoTime() - begun) * 1e-9;
    }

    @Override
    public void logged(TrainingReport report) {
        if (report.tokens() > 0) {
            flopsPerToken = OptionalDouble.of(report.flops() / report.tokens());
        }
    }

    @Override
    public void evaluating(long blocksDone, long blocks) {
        progress.status(
                blocksDone == 0
                        ? "validating on %,d %s".formatted(blocks, kind.samples())
                        : "validated on %,d of %,d %s".formatted(blocksDone, blocks, kind.samples()),
                blocksDone == 0);
    }

    @Override
    public void evaluated(EvaluationReport report) {
        firstEvaluation = firstEvaluation.or(() -> Optional.of(report));
        lastEvaluation = Optional.of(report);
        progress.println("step %,d: validation loss %.4f%s, in %s"
                .formatted(report.step(), report.loss(), metrics(report, ""), ProgressLine.clock(report.seconds())));
    }

    /** ", perplexity 12.3, masked accuracy 45.6%" without the one that is not wanted. */
    private static String metrics(EvaluationReport report, String without) {
        StringBuilder text = new StringBuilder();
        report.metrics().forEach((name, value) -> {
            if (!name.equals(without)) {
                text.append(", ").append(name.replace('_', ' ')).append(' ').append(metric(name, value));
            }
        });
        return text.toString();
    }

    private static String metric(String name, double value) {
        return switch (name) {
            case MaskedLanguageTrainer.PERPLEXITY -> "%,.1f".formatted(value);
            case MaskedLanguageTrainer.ACCURACY -> "%.1f%%".formatted(100 * value);
            default -> "%.4f".formatted(value);
        };
    }

    @Override
    public void saved(SaveReport report) {
        progress.println("step %,d: saved %s".formatted(report.step(), report.folder()));
    }

    /** What the whole run came to, for its end. */
    String summary() {
        if (tokens == 0) {
            return "no step was left to make";
        }
        String of = kind == Predictions.MASKED_TOKENS ? "of them masked" : kind.text();
        String trained = "trained on %,d tokens, %,d %s, in %s: %,.0f tokens/s"
                .formatted(tokens, predictions, of, ProgressLine.clock(secondsOfSteps), tokens / secondsOfSteps);
        return lastEvaluation
                .map(last -> trained
                        + "; validation loss %.3f -> %.3f%s"
                                .formatted(
                                        firstEvaluation.orElse(last).loss(),
                                        last.loss(),
                                        metrics(last, MaskedLanguageTrainer.PERPLEXITY)))
                .orElse(trained);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            progress.close();
        }
    }
}
