package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.run.RunProgress;

class PretrainingRunTest {
    @TempDir
    private Path out;

    private TinyRun run;

    @BeforeEach
    void begin() {
        run = new TinyRun(out);
    }

    @Test
    void evaluatesAndSavesWhenItWasToldAndLearnsWhatItReads() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            run.train(trainer, TinyRun.settings(60, 30, 25));
        }
        assertThat(run.events())
                .startsWith("evaluated 0", "step 1", "step 2")
                .containsSubsequence(
                        "saved checkpoint-25",
                        "step 30",
                        "evaluated 30",
                        "saved checkpoint-50",
                        "evaluated 60",
                        "saved checkpoint-60")
                .filteredOn(event -> event.startsWith("step"))
                .hasSize(60);
        assertThat(run.validationLosses()).hasSize(3);
        assertThat(run.validationLosses().getLast())
                .isLessThan(run.validationLosses().getFirst() - 0.5);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<Double> first = losses();
        run.validationLosses().clear();
        assertThat(losses()).isEqualTo(first);
    }

    private List<Double> losses() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            run.train(trainer, TinyRun.settings(4, 2, 100));
            return List.copyOf(run.validationLosses());
        }
    }

    @Test
    void everyLogLineSumsUpTheStepsSinceTheLast() {
        List<TrainingReport> lines = new ArrayList<>();
        List<StepReport> steps = new ArrayList<>();
        TrainingListener both = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                steps.add(report);
            }

            @Override
            public void logged(TrainingReport report) {
                lines.add(report);
            }
        };
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend);
                CheckpointSaver saver = run.saver()) {
            new TrainingRun<>(
                            TinyRun.settings(25, 100, 100),
                            RunProgress.start(17, "text"),
                            trainer,
                            TinyRun.data(),
                            saver,
                            both,
                            new StopRequest())
                    .run();
        }
        assertThat(lines).extracting(TrainingReport::step).containsExactly(10L, 20L, 25L);
        assertThat(lines).extracting(TrainingReport::steps).containsExactly(10L, 10L, 5L);
        double sum = 0;
        long masked = 0;
        for (StepReport step : steps.subList(10, 20)) {
            sum += step.result().loss() * step.result().predictions();
            masked += step.result().predictions();
        }
        assertThat(lines.get(1).loss()).isCloseTo(sum / masked, within(1e-12));
        assertThat(lines.get(1).predictions()).isEqualTo(masked);
        assertThat(lines.get(2).epoch()).isEqualTo(25 * 2 / 40.0);
    }

    @Test
    void aRunThatIsToEndBeforeItsCheckpointIsRefused() {
        TrainingSettings settings = TinyRun.settings(10, 1, 1);
        settings.requireReachable(10);
        assertThatThrownBy(() -> settings.requireReachable(11))
                .isInstanceOf(UserError.class)
                .hasMessage("--max-steps is 10, but the checkpoint to go on from is of step 11: raise --max-steps, or"
                        + " name an earlier checkpoint with --resume-from-checkpoint");
        RunProgress start = RunProgress.start(17, "text");
        RunProgress late =
                new RunProgress(11, 1, 11, 11, Optional.empty(), start.window(), start.trend(), 17, "text", false);
        try (Backend backend = TinyModels.backend("vector", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend);
                CheckpointSaver saver = run.saver()) {
            assertThatThrownBy(() -> new TrainingRun<>(
                            settings, late, trainer, TinyRun.data(), saver, run.listener(), new StopRequest()))
                    .isInstanceOf(UserError.class);
        }
    }
}
