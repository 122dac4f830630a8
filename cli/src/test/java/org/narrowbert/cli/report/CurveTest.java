package org.narrowbert.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.training.log.MetricsLine;

class CurveTest {
    @TempDir
    private Path folder;

    private static MetricsLine.Training training(long step, double seconds) {
        return new MetricsLine.Training(
                step, 0, 5, 1, 1e-4, 1_000, 150, new MetricsLine.Speed(seconds, 1, 1, 1, OptionalDouble.empty()));
    }

    private static MetricsLine.Evaluation evaluation(long step) {
        return new MetricsLine.Evaluation(step, 0, 6, Map.of("perplexity", 400.0), 450, 100);
    }

    @Test
    void secondsAddUpOverTheLinesWithoutThoseOfValidations() {
        Run run = RunFolder.of(
                "run",
                List.of(
                        evaluation(0),
                        training(10, 4),
                        evaluation(10),
                        evaluation(15),
                        training(20, 6),
                        evaluation(25)));
        assertThat(Curve.ofTraining(run, MetricsLine.Training::loss).seconds()).containsExactly(4, 10);
        Curve evaluations = Curve.ofEvaluations(run, MetricsLine.Evaluation::loss);
        assertThat(evaluations.steps()).containsExactly(0, 10, 15, 25);
        // Step 15 lies halfway between two lines; after the last line nothing is known.
        assertThat(evaluations.seconds()).containsExactly(0, 4, 7, 10);
    }

    @Test
    void aValidationWithoutAValueIsNoPoint() {
        Run run = RunFolder.of("run", List.of(evaluation(0)));
        Curve curve =
                Curve.ofEvaluations(run, line -> line.metric("masked_accuracy").orElse(Double.NaN));
        assertThat(curve.isEmpty()).isTrue();
    }

    @Test
    void theRunningMedianForgetsSpikesAndKeepsSteps() {
        assertThat(RunningMedian.of(new double[] {1, 1, 9, 1, 1, 5, 5, 5}, 3)).containsExactly(1, 1, 1, 1, 1, 5, 5, 5);
        assertThat(RunningMedian.of(new double[] {3}, 5)).containsExactly(3);
        assertThat(RunningMedian.of(new double[0], 3)).isEmpty();
        assertThat(RunningMedian.of(new double[] {5, 4, 3, 2, 1}, 5)).containsExactly(5, 4, 3, 2.5, 2);
    }

    @Test
    void windowsAreOddAndGrowWithTheCurve() {
        assertThat(List.of(RunningMedian.window(0), RunningMedian.window(100), RunningMedian.window(1 << 20)))
                .containsExactly(3, 11, 51);
    }

    @Test
    void aSummaryIsOfAllLines() throws IOException {
        RunSummary summary = RunSummary.of(RunFolder.run(folder, "a", 4));
        assertThat(summary.steps()).isEqualTo(100);
        assertThat(summary.tokens()).isEqualTo(10_000);
        assertThat(summary.predictions()).isEqualTo(1_500);
        assertThat(summary.trainingSeconds()).isEqualTo(20);
        assertThat(summary.validationSeconds()).isEqualTo(3);
        assertThat(summary.tokensPerSecond()).hasValue(500);
        assertThat(summary.shareOfPeak()).hasValue(0.2);
        assertThat(summary.lastEvaluation().orElseThrow().loss()).isEqualTo(4);
    }

    @Test
    void runsAreCalledByTheFewestPartsOfTheirPathsThatTellThemApart() {
        assertThat(RunNames.of(List.of(Path.of("x/a"), Path.of("x/b")))).containsExactly("a", "b");
        assertThat(RunNames.of(List.of(Path.of("x/a"), Path.of("y/a"), Path.of("b/"))))
                .containsExactly("x/a", "y/a", Path.of("").toAbsolutePath().getFileName() + "/b");
        assertThatThrownBy(() -> RunNames.of(List.of(Path.of("x/a"), Path.of("x/../x/a"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("named twice");
    }

    @Test
    void timesAreInTheUnitThatReadsBest() {
        assertThat(Clock.upTo(100).name()).isEqualTo("seconds");
        assertThat(Clock.upTo(3_600).name()).isEqualTo("minutes");
        assertThat(Clock.upTo(40_000).name()).isEqualTo("hours");
        assertThat(List.of(Clock.text(4.25), Clock.text(59.4), Clock.text(725), Clock.text(12_000)))
                .containsExactly("4.3 s", "59 s", "12 min 5 s", "3 h 20 min");
    }
}
