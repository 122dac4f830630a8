package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;

/** Runs in which a number is none, or rises where it should fall. */
class DivergedRunTest {
    @TempDir
    private Path out;

    private TinyRun run;

    @BeforeEach
    void begin() {
        run = new TinyRun(out);
    }

    @Test
    void stopsWhenTheLossIsNotANumberNamingTheStepAndTheLastSave() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            run.spoil(step -> {
                if (step == 3) {
                    some.set(0, 7, Double.NaN);
                }
            });
            assertThatThrownBy(() -> run.train(trainer, TinyRun.settings(10, 100, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("step 4")
                    .hasMessageContaining("NaN")
                    .hasMessageContaining("checkpoint-2")
                    .hasMessageContaining("--learning-rate");
        }
        assertThat(run.events()).doesNotContain("step 4", "saved checkpoint-4");
    }

    @Test
    void weightsThatAreNotNumbersAreNeverSaved() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            run.spoil(step -> {
                if (step == 4) {
                    some.set(0, 7, Double.POSITIVE_INFINITY);
                }
            });
            assertThatThrownBy(() -> run.train(trainer, TinyRun.settings(10, 100, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("step 4")
                    .hasMessageContaining("checkpoint-2");
        }
        assertThat(new RunCheckpoints(out).steps()).containsExactly(2L);
    }

    @Test
    void momentsThatAreNotNumbersEndTheRunAtTheFirstUpdateThatUsesThem() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            Matrix some =
                    trainer.state().firstMoment().of(trainer.parameters().list().getLast());
            run.spoil(step -> {
                if (step == 3) {
                    some.set(0, 7, Double.NaN);
                }
            });
            assertThatThrownBy(() -> run.train(trainer, TinyRun.settings(10, 100, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("training stopped at step 4 because a weight is not a number")
                    .hasMessageEndingWith("the last good checkpoint is " + out.resolve("checkpoint-2"));
        }
        assertThat(new RunCheckpoints(out)
                        .last(notice -> {})
                        .orElseThrow()
                        .progress()
                        .step())
                .isEqualTo(2);
    }

    @Test
    void aValidationLossThatIsNotANumberEndsTheRunBeforeThatStateIsSaved() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            run.spoil(step -> {
                if (step == 4) {
                    some.set(0, 7, Double.NaN);
                }
            });
            assertThatThrownBy(() -> run.train(trainer, TinyRun.settings(10, 4, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("training stopped at step 4 because the validation loss is NaN")
                    .hasMessageEndingWith("the last good checkpoint is " + out.resolve("checkpoint-2"));
        }
        assertThat(new RunCheckpoints(out).steps()).containsExactly(2L);
    }

    @Test
    void aLossThatRisesFarAboveItsLowestEndsTheRunWhereThatWasAskedFor() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyRun.trainer(backend)) {
            Matrix all = trainer.parameters().decayed();
            run.spoil(step -> {
                if (step == 40) {
                    for (int column = 0; column < all.columns(); column++) {
                        all.set(0, column, 30 * all.get(0, column));
                    }
                }
            });
            TrainingSettings settings = new TrainingSettings(
                    80,
                    1,
                    5e-3,
                    2,
                    ScheduleSettings.DEFAULT,
                    AdamWSettings.DEFAULT,
                    new Intervals(100, 10, 30),
                    new StopRules(Optional.of(0.5), Optional.empty()));
            assertThatThrownBy(() -> run.train(trainer, settings))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("--stop-on-loss-spike 0.5")
                    .hasMessageContaining("checkpoint-30");
        }
        assertThat(run.events()).contains("step 41").doesNotContain("step 80");
    }
}
