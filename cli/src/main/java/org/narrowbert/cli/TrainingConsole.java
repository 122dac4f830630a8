package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer.StepResult;
import org.narrowbert.model.training.PretrainingListener;
import org.narrowbert.model.training.SaveReport;
import org.narrowbert.model.training.StepReport;

/** Shows a pretraining run while it goes on: loss, speed, time left, validation losses, saves. */
final class TrainingConsole implements PretrainingListener, AutoCloseable {
    /** The loss shown is a running average, so that it can be read: a step counts this much. */
    private static final double NEWEST = 0.1;

    private final PrintWriter out;
    private final long steps;
    private Optional<Progress> progress = Optional.empty();
    private double averageLoss = Double.NaN;
    private double secondsOfSteps;
    private long maskedTokens;
    private long tokens;
    private double firstValidationLoss = Double.NaN;
    private double lastValidationLoss = Double.NaN;

    TrainingConsole(PrintWriter out, long steps) {
        this.out = out;
        this.steps = steps;
    }

    @Override
    public void stepped(StepReport report) {
        StepResult result = report.result();
        secondsOfSteps += report.seconds();
        maskedTokens += result.maskedTokens();
        tokens += result.tokens();
        if (result.maskedTokens() == 0) {
            return;
        }
        averageLoss = Double.isNaN(averageLoss) ? result.loss() : averageLoss + NEWEST * (result.loss() - averageLoss);
        progress()
                .update(
                        report.step(),
                        "loss %.3f  %,.0f masked tokens/s".formatted(averageLoss, maskedTokens / secondsOfSteps));
    }

    @Override
    public void evaluated(EvaluationReport report) {
        if (Double.isNaN(firstValidationLoss)) {
            firstValidationLoss = report.loss();
        }
        lastValidationLoss = report.loss();
        println("step %,d: validation loss %.4f, perplexity %,.1f"
                .formatted(report.step(), report.loss(), report.perplexity()));
    }

    @Override
    public void saved(SaveReport report) {
        println("step %,d: saved %s".formatted(report.step(), report.folder()));
    }

    /** What the whole run came to, for its end. */
    String summary() {
        String trained = "trained on %,d tokens, %,d of them masked, in %s: %,.0f tokens/s"
                .formatted(tokens, maskedTokens, Progress.clock(secondsOfSteps), tokens / secondsOfSteps);
        return Double.isNaN(lastValidationLoss)
                ? trained
                : trained + "; validation loss %.3f -> %.3f".formatted(firstValidationLoss, lastValidationLoss);
    }

    private void println(String line) {
        progress.ifPresentOrElse(shown -> shown.println(line), () -> out.println(line));
    }

    private Progress progress() {
        if (progress.isEmpty()) {
            progress = Optional.of(Progress.open(out, "step", steps));
        }
        return progress.get();
    }

    @Override
    public void close() {
        progress.ifPresent(Progress::close);
    }
}
