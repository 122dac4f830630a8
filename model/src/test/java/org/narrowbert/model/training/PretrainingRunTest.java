package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.data.BlockSamples;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.TokenStream;
import org.narrowbert.model.tokenizer.SpecialTokens;

class PretrainingRunTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);
    private static final int LENGTH = 12;

    private final List<String> events = new ArrayList<>();
    private LongConsumer spoil = step -> {};
    private final List<Double> validationLosses = new ArrayList<>();

    private final PretrainingListener listener = new PretrainingListener() {
        @Override
        public void stepped(StepReport report) {
            events.add("step " + report.step());
            spoil.accept(report.step());
        }

        @Override
        public void evaluated(EvaluationReport report) {
            events.add("evaluated " + report.step());
            validationLosses.add(report.loss());
        }

        @Override
        public void saved(SaveReport report) {
            events.add("saved " + report.folder().getFileName());
        }
    };

    @TempDir
    private Path out;

    @Test
    void evaluatesAndSavesWhenItWasToldAndLearnsWhatItReads() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            run(trainer, settings(60, 30, 25));
        }
        assertThat(events)
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
        assertThat(validationLosses).hasSize(3);
        assertThat(validationLosses.getLast()).isLessThan(validationLosses.getFirst() - 0.5);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<Double> first = losses();
        validationLosses.clear();
        assertThat(losses()).isEqualTo(first);
    }

    private List<Double> losses() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            run(trainer, settings(4, 2, 100));
            return List.copyOf(validationLosses);
        }
    }

    @Test
    void stopsWhenTheLossIsNotANumberNamingTheStepAndTheLastSave() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            spoil = step -> {
                if (step == 3) {
                    some.set(0, 7, Double.NaN);
                }
            };
            assertThatThrownBy(() -> run(trainer, settings(10, 100, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("step 4")
                    .hasMessageContaining("NaN")
                    .hasMessageContaining("checkpoint-2")
                    .hasMessageContaining("--learning-rate");
        }
        assertThat(events).doesNotContain("step 4", "saved checkpoint-4");
    }

    @Test
    void weightsThatAreNotNumbersAreNeverSaved() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            spoil = step -> {
                if (step == 4) {
                    some.set(0, 7, Double.POSITIVE_INFINITY);
                }
            };
            assertThatThrownBy(() -> run(trainer, settings(10, 100, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("step 4")
                    .hasMessageContaining("checkpoint-2");
        }
        assertThat(new RunCheckpoints(out).steps()).containsExactly(2L);
    }

    @Test
    void momentsThatAreNotNumbersEndTheRunAtTheFirstUpdateThatUsesThem() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix some =
                    trainer.state().firstMoment().of(trainer.parameters().list().getLast());
            spoil = step -> {
                if (step == 3) {
                    some.set(0, 7, Double.NaN);
                }
            };
            assertThatThrownBy(() -> run(trainer, settings(10, 100, 2)))
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
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            spoil = step -> {
                if (step == 4) {
                    some.set(0, 7, Double.NaN);
                }
            };
            assertThatThrownBy(() -> run(trainer, settings(10, 4, 2)))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("training stopped at step 4 because the validation loss is NaN")
                    .hasMessageEndingWith("the last good checkpoint is " + out.resolve("checkpoint-2"));
        }
        assertThat(new RunCheckpoints(out).steps()).containsExactly(2L);
    }

    @Test
    void aLossThatRisesFarAboveItsLowestEndsTheRunWhereThatWasAskedFor() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix all = trainer.parameters().decayed();
            spoil = step -> {
                if (step == 40) {
                    for (int column = 0; column < all.columns(); column++) {
                        all.set(0, column, 30 * all.get(0, column));
                    }
                }
            };
            PretrainingSettings settings = new PretrainingSettings(
                    80,
                    1,
                    5e-3,
                    2,
                    ScheduleSettings.DEFAULT,
                    AdamWSettings.DEFAULT,
                    new Intervals(100, 10, 30),
                    new StopRules(Optional.of(0.5), Optional.empty()));
            assertThatThrownBy(() -> run(trainer, settings))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("--stop-on-loss-spike 0.5")
                    .hasMessageContaining("checkpoint-30");
        }
        assertThat(events).contains("step 41").doesNotContain("step 80");
    }

    @Test
    void everyLogLineSumsUpTheStepsSinceTheLast() {
        List<TrainingReport> lines = new ArrayList<>();
        List<StepReport> steps = new ArrayList<>();
        PretrainingListener both = new PretrainingListener() {
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
                MaskedLanguageTrainer trainer = trainer(backend);
                CheckpointSaver saver = saver()) {
            new PretrainingRun(
                            settings(25, 100, 100),
                            RunProgress.start(17, "text"),
                            trainer,
                            data(),
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
            sum += step.result().loss() * step.result().maskedTokens();
            masked += step.result().maskedTokens();
        }
        assertThat(lines.get(1).loss()).isCloseTo(sum / masked, within(1e-12));
        assertThat(lines.get(1).maskedTokens()).isEqualTo(masked);
        assertThat(lines.get(2).epoch()).isEqualTo(25 * 2 / 40.0);
    }

    @Test
    void everyBlockIsSeenOnceAnEpochAndTheOrderChangesFromEpochToEpoch() {
        PretrainingData data = data();
        long blocks = data.trainingSamples();
        List<Integer> lengths = new ArrayList<>();
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        for (long step = 0; step < blocks; step++) {
            for (Batch batch : data.step(step)) {
                lengths.add(batch.tokens().count());
                (step < blocks / 2 ? first : second).add(restored(batch));
            }
        }
        assertThat(lengths).allMatch(length -> length == 2 * LENGTH);
        assertThat(first).hasSameSizeAs(second).isNotEqualTo(second);
    }

    /** The batch's ids before they were masked. */
    private static String restored(Batch batch) {
        int[] ids = Arrays.copyOf(batch.inputIds(), batch.tokens().count());
        for (int row = 0; row < batch.narrow().count(); row++) {
            ids[batch.narrow().token(row)] = batch.labels()[row];
        }
        return Arrays.toString(ids);
    }

    @Test
    void validationIsMaskedAlikeEveryTime() {
        PretrainingData data = data();
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();
        data.validation().forEachRemaining(batch -> once.add(Arrays.toString(batch.inputIds())));
        data.step(3);
        data.validation().forEachRemaining(batch -> again.add(Arrays.toString(batch.inputIds())));
        assertThat(again).isEqualTo(once).isNotEmpty();
    }

    @Test
    void settingsThatCannotBeAreRefusedByTheirOption() {
        assertThatThrownBy(() -> settings(0, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--max-steps is 0");
        assertThatThrownBy(() -> settings(1, 0, 1)).hasMessageContaining("--eval-steps is 0");
        assertThatThrownBy(() -> new StopRules(Optional.of(-1.0), Optional.empty()))
                .hasMessageContaining("--stop-on-loss-spike is -1.0");
        assertThatThrownBy(() -> new PretrainingSettings(
                        1,
                        1,
                        Double.NaN,
                        0,
                        ScheduleSettings.DEFAULT,
                        AdamWSettings.DEFAULT,
                        new Intervals(1, 1, 1),
                        StopRules.NONE))
                .hasMessageContaining("--learning-rate is NaN");
    }

    @Test
    void aRunThatIsToEndBeforeItsCheckpointIsRefused() {
        PretrainingSettings settings = settings(10, 1, 1);
        settings.requireReachable(10);
        assertThatThrownBy(() -> settings.requireReachable(11))
                .isInstanceOf(UserError.class)
                .hasMessage("--max-steps is 10, but the checkpoint to go on from is of step 11: raise --max-steps, or"
                        + " name an earlier checkpoint with --resume-from-checkpoint");
        RunProgress start = RunProgress.start(17, "text");
        RunProgress late =
                new RunProgress(11, 1, 11, 11, Optional.empty(), start.window(), start.trend(), 17, "text", false);
        try (Backend backend = TinyModels.backend("vector", 1);
                MaskedLanguageTrainer trainer = trainer(backend);
                CheckpointSaver saver = saver()) {
            assertThatThrownBy(() ->
                            new PretrainingRun(settings, late, trainer, data(), saver, listener, new StopRequest()))
                    .isInstanceOf(UserError.class);
        }
    }

    @Test
    void aStepWithMoreTokensThanCanBeCountedIsRefused() {
        BlockSamples training = new BlockSamples(text(40), LENGTH, "training text");
        Masker masker = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 8);
        PretrainingData.Content content =
                new PretrainingData.Content(training, Optional.empty(), masker, false, masker, Long.MAX_VALUE, 3);
        assertThatThrownBy(() -> new PretrainingData(content, 2, Integer.MAX_VALUE / (2 * LENGTH) + 1))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--gradient-accumulation-steps is 89478486: ")
                .hasMessageContaining("batches of 24 tokens");
    }

    private RunOutcome run(MaskedLanguageTrainer trainer, PretrainingSettings settings) {
        try (CheckpointSaver saver = saver()) {
            return new PretrainingRun(
                            settings,
                            RunProgress.start(17, "text"),
                            trainer,
                            data(),
                            saver,
                            listener,
                            new StopRequest())
                    .run();
        }
    }

    /** Saves while training waits, so that events come in one order. */
    private CheckpointSaver saver() {
        return new CheckpointSaver(new RunCheckpoints(out), files -> {}, OptionalInt.empty(), Optional.empty());
    }

    private static MaskedLanguageTrainer trainer(Backend backend) {
        return TinyModels.trainer(TinyModels.config("{sf}1:{sf}1").build(), backend);
    }

    private static PretrainingSettings settings(long steps, long evalSteps, long saveSteps) {
        return new PretrainingSettings(
                steps,
                1,
                5e-3,
                2,
                ScheduleSettings.DEFAULT,
                AdamWSettings.DEFAULT,
                new Intervals(evalSteps, 10, saveSteps),
                StopRules.NONE);
    }

    /** A text that repeats itself, so that there is something to learn. */
    private static PretrainingData data() {
        BlockSamples training = new BlockSamples(text(40), LENGTH, "training text");
        BlockSamples validation = new BlockSamples(text(5), LENGTH, "validation text");
        Masker masker = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 8);
        Masker fixed = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 9);
        return new PretrainingData(
                new PretrainingData.Content(training, Optional.of(validation), masker, false, fixed, Long.MAX_VALUE, 3),
                2,
                1);
    }

    private static TokenStream text(int blocks) {
        int[] ids = new int[blocks * LENGTH];
        for (int place = 0; place < ids.length; place++) {
            ids[place] = 5 + place * 7 % 18;
        }
        return TokenStream.of(ids);
    }
}
