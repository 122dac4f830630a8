package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.SaveReport;
import org.narrowbert.model.training.StepReport;
import org.narrowbert.model.training.StepResult;
import org.narrowbert.model.training.TrainingReport;

/** Here there is no terminal: what a log of the run shows. */
class TrainingConsoleTest {
    private static final MachinePeak PEAK = new MachinePeak(50, 100, 20, 2, 256);

    private final StringWriter shown = new StringWriter();

    private TrainingConsole console(long firstStep, long steps) {
        return new TrainingConsole(
                new PrintWriter(shown, true), firstStep, steps, Predictions.MASKED_TOKENS, () -> Optional.of(PEAK));
    }

    private static StepReport step(long step, double loss, long masked, double seconds) {
        return new StepReport(step, new StepResult(loss, 1, 1_000, masked, 1e6), 1e-4, seconds);
    }

    private List<String> lines() {
        return shown.toString().lines().toList();
    }

    @Test
    void showsLossSpeedAndShareOfThePeakOfTheLastSteps() {
        try (TrainingConsole console = console(0, 3)) {
            // 1,000 tokens in 2 seconds at 40 MFLOP a token are 20 GFLOP/s of 100.
            console.logged(new TrainingReport(0, 0, 5, 1, 1e-4, 1, 1_000, 150, 4e10, 2));
            console.stepped(step(1, 5, 150, 100));
            console.stepped(step(2, 5, 150, 100));
            console.stepped(step(3, 4, 150, 25));
        }
        // The window is the last step alone: it took longer than the window lasts.
        assertThat(lines()).containsExactly("step 3 of 3  loss 4.900  6 masked tokens/s  2% of peak  00:00 left");
    }

    @Test
    void saysThatItValidatesBeforeItDoesAndWhatCameOut() {
        try (TrainingConsole console = console(0, 10)) {
            console.evaluating(0, 300);
            console.evaluating(100, 300);
            console.evaluated(new EvaluationReport(
                    0, 0, Math.log(50), MaskedLanguageTrainer.metrics(Math.log(50), 0.125), 4_500, 61.2));
            console.saved(new SaveReport(5, Path.of("checkpoint-5"), 1));
        }
        assertThat(lines())
                .containsExactly(
                        "step 0: validating on 300 blocks",
                        "step 0: validation loss 3.9120, perplexity 50.0, masked accuracy 12.5%, in 01:01",
                        "step 5: saved checkpoint-5");
    }

    @Test
    void aResumedRunGoesOnAtItsStep() {
        try (TrainingConsole console = console(7, 8)) {
            console.evaluating(0, 2);
            console.stepped(step(8, 5, 150, 1));
            assertThat(console.summary())
                    .isEqualTo("trained on 1,000 tokens, 150 of them masked, in 00:01: 1,000 tokens/s");
        }
        assertThat(lines())
                .containsExactly(
                        "step 7: validating on 2 blocks", "step 8 of 8  loss 5.000  150 masked tokens/s  00:00 left");
    }

    @Test
    void theWindowIsTheLastTwentySecondsOfSteps() {
        StepWindow window = new StepWindow();
        assertThat(window.secondsPerStep()).isEmpty();
        assertThat(window.tokensPerSecond()).isEmpty();
        for (int made = 1; made <= 100; made++) {
            window.add(step(made, 5, made, made <= 50 ? 4 : 0.5));
        }
        assertThat(window.secondsPerStep()).hasValue(0.5);
        assertThat(window.tokensPerSecond()).hasValue(2_000);
        // Steps 61 to 100.
        assertThat(window.predictionsPerSecond()).hasValue(161);
    }

    @Test
    void sumsUpWhatTheRunCameTo() {
        try (TrainingConsole console = console(0, 2)) {
            assertThat(console.summary()).isEqualTo("no step was left to make");
            console.evaluated(new EvaluationReport(0, 0, 6, MaskedLanguageTrainer.metrics(6, 0.01), 45, 1));
            console.stepped(step(1, 5, 150, 61));
            console.evaluated(new EvaluationReport(1, 0, 5.5, MaskedLanguageTrainer.metrics(5.5, 0.2), 45, 1));
            assertThat(console.summary())
                    .isEqualTo("trained on 1,000 tokens, 150 of them masked, in 01:01: 16 tokens/s;"
                            + " validation loss 6.000 -> 5.500, masked accuracy 20.0%");
        }
    }

    @Test
    void aStepWithoutMaskedTokensShowsNoLoss() {
        try (TrainingConsole console = console(0, 1)) {
            console.stepped(step(1, 0, 0, 1));
        }
        assertThat(lines()).containsExactly("step 1 of 1  0 masked tokens/s  00:00 left");
    }
}
