package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.data.BlockSampler;
import org.narrowbert.model.data.Masker;
import org.narrowbert.model.data.TokenStream;
import org.narrowbert.model.tokenizer.SpecialTokens;

class PretrainingRunTest {
    private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, TinyModels.MASK);
    private static final int LENGTH = 12;

    private final List<String> events = new ArrayList<>();
    private final List<Double> validationLosses = new ArrayList<>();

    private final PretrainingListener listener = new PretrainingListener() {
        @Override
        public void stepped(StepReport report) {
            events.add("step " + report.step());
        }

        @Override
        public void evaluated(EvaluationReport report) {
            events.add("evaluated " + report.step());
            validationLosses.add(report.loss());
        }

        @Override
        public void saved(SaveReport report) {
            events.add("saved " + report.folder().toString().replace('\\', '/'));
        }
    };

    private final ModelWriter nowhere = new ModelWriter() {
        @Override
        public void writeFolder(Path folder) {}

        @Override
        public void writeInto(Path folder) {}
    };

    @Test
    void evaluatesAndSavesWhenItWasToldAndLearnsWhatItReads() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            run(trainer, settings(60, 30, 25)).run();
        }
        assertThat(events)
                .startsWith("evaluated 0", "step 1", "step 2")
                .containsSubsequence(
                        "saved out/checkpoint-25",
                        "step 30",
                        "evaluated 30",
                        "saved out/checkpoint-50",
                        "evaluated 60",
                        "saved out")
                .filteredOn(event -> event.startsWith("step"))
                .hasSize(60);
        assertThat(validationLosses).hasSize(5);
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
            run(trainer, settings(4, 2, 100)).run();
            return List.copyOf(validationLosses);
        }
    }

    @Test
    void stopsWhenTheLossIsNotANumberNamingTheStepAndTheLastSave() {
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = trainer(backend)) {
            Matrix some = trainer.parameters().of(trainer.parameters().list().getLast());
            ModelWriter spoiling = new ModelWriter() {
                @Override
                public void writeFolder(Path folder) {
                    some.set(0, 7, Double.NaN);
                }

                @Override
                public void writeInto(Path folder) {}
            };
            PretrainingRun run =
                    new PretrainingRun(settings(10, 100, 3), trainer, data(), spoiling, Path.of("out"), listener);
            assertThatThrownBy(run::run)
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("step 4")
                    .hasMessageContaining("NaN")
                    .hasMessageContaining("checkpoint-3")
                    .hasMessageContaining("--learning-rate");
        }
        assertThat(events).doesNotContain("step 4", "saved out");
    }

    @Test
    void everyBlockIsSeenOnceAnEpochAndTheOrderChangesFromEpochToEpoch() {
        PretrainingData data = data();
        long blocks = data.trainingBlocks();
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
        assertThatThrownBy(() -> new PretrainingSettings(
                        1, 1, Double.NaN, 0, ScheduleSettings.DEFAULT, AdamWSettings.DEFAULT, 1, 1))
                .hasMessageContaining("--learning-rate is NaN");
    }

    private PretrainingRun run(MaskedLanguageTrainer trainer, PretrainingSettings settings) {
        return new PretrainingRun(settings, trainer, data(), nowhere, Path.of("out"), listener);
    }

    private static MaskedLanguageTrainer trainer(Backend backend) {
        return TinyModels.trainer(TinyModels.config("{sf}1:{sf}1").build(), backend);
    }

    private static PretrainingSettings settings(long steps, long evalSteps, long saveSteps) {
        return new PretrainingSettings(
                steps, 1, 5e-3, 2, ScheduleSettings.DEFAULT, AdamWSettings.DEFAULT, evalSteps, saveSteps);
    }

    /** A text that repeats itself, so that there is something to learn. */
    private static PretrainingData data() {
        BlockSampler training = new BlockSampler(text(40), LENGTH, 3, "training text");
        BlockSampler validation = new BlockSampler(text(5), LENGTH, 3, "validation text");
        Masker masker = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 8);
        Masker fixed = new Masker(0.25, SPECIAL, TinyModels.VOCABULARY, 9);
        return new PretrainingData(training, Optional.of(validation), masker, fixed, Long.MAX_VALUE, 2, 1);
    }

    private static TokenStream text(int blocks) {
        int[] ids = new int[blocks * LENGTH];
        for (int place = 0; place < ids.length; place++) {
            ids[place] = 5 + place * 7 % 18;
        }
        return TokenStream.of(TinyModels.VOCABULARY, ids);
    }
}
