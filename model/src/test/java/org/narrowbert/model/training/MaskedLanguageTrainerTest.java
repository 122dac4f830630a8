package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;

class MaskedLanguageTrainerTest {
    private static final String SPARSE = "{sf}1:{sf}2";
    private static final String DROPPING = "{sf}1[{sf}1]{sf}1:";

    /** Losses are read as float32. */
    private static final double ROUNDING = 1e-6;

    @ParameterizedTest
    @ValueSource(strings = {SPARSE, DROPPING, "sfsf{s}1:{f}1", "{sf}2:"})
    void accumulatedMicroBatchesEqualOneLargeBatchDropoutIncluded(String layout) {
        BertConfig config = TinyModels.config(layout).build();
        Batch first = TinyModels.batch(1, 12, 7, 15);
        Batch second = TinyModels.batch(2, 16, 5);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer accumulated = TinyModels.trainer(config, backend);
                MaskedLanguageTrainer whole = TinyModels.trainer(config, backend)) {
            for (int step = 0; step < 2; step++) {
                StepResult parts = accumulated.step(List.of(first, second), step, 1e-2);
                StepResult one = whole.step(List.of(TinyModels.join(first, second)), step, 1e-2);
                assertThat(parts.loss()).isCloseTo(one.loss(), within(ROUNDING));
                assertThat(parts.predictions()).isEqualTo(one.predictions());
                assertThat(parts.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-6 * one.gradientNorm()));
            }
            for (Parameter parameter : whole.parameters().list()) {
                assertClose(
                        parameter.name(),
                        accumulated.parameters().of(parameter),
                        whole.parameters().of(parameter));
            }
            assertThat(accumulated.importance().map(importance -> importance.values()))
                    .usingRecursiveComparison()
                    .isEqualTo(whole.importance().map(importance -> importance.values()));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void fourMicroBatchesKeepTheTokensAndGiveTheGradientsOfOneLargeBatch(double byChance) {
        BertConfig config = TinyModels.config("{sf}1[{sf}1]f[s]:{sf}1")
                .tokenKeep(0.6)
                .tokenKeepRandom(byChance)
                .build();
        List<Batch> parts = List.of(
                TinyModels.batch(11, 12, 7),
                TinyModels.batch(12, 16),
                TinyModels.batch(13, 3),
                TinyModels.batch(14, 5, 15));
        Batch whole = parts.stream().reduce(TinyModels::join).orElseThrow();
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer accumulated = TinyModels.trainer(config, backend);
                MaskedLanguageTrainer one = TinyModels.trainer(config, backend)) {
            for (int step = 0; step < 3; step++) {
                StepResult cut = accumulated.step(parts, step, 1e-3);
                StepResult large = one.step(List.of(whole), step, 1e-3);
                assertThat(cut.loss()).isCloseTo(large.loss(), within(ROUNDING));
                for (Parameter parameter : one.parameters().list()) {
                    assertClose(
                            "gradient of " + parameter.name(),
                            accumulated.gradients().of(parameter),
                            one.gradients().of(parameter));
                }
                assertThat(accumulated.importance().orElseThrow().values())
                        .usingComparatorWithPrecision(1e-6f)
                        .containsExactly(one.importance().orElseThrow().values());
            }
        }
    }

    private static void assertClose(String name, Matrix actual, Matrix expected) {
        for (int row = 0; row < expected.rows(); row++) {
            for (int column = 0; column < expected.columns(); column++) {
                assertThat(actual.get(row, column))
                        .as("%s[%d, %d]", name, row, column)
                        .isCloseTo(expected.get(row, column), within(1e-5));
            }
        }
    }

    @Test
    void trainingOnOneBatchDrivesItsLossDown() {
        BertConfig config = TinyModels.config(SPARSE).build();
        Batch batch = TinyModels.batch(3, 16, 16, 9);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyModels.trainer(config, backend)) {
            double before = trainer.evaluate(List.of(batch).iterator()).loss();
            for (int step = 0; step < 40; step++) {
                trainer.step(List.of(batch), step, 1e-2);
            }
            assertThat(trainer.evaluate(List.of(batch).iterator()).loss()).isLessThan(before / 2);
        }
    }

    @Test
    void aStepWithoutAMaskedTokenChangesNothing() {
        BertConfig config = TinyModels.config(SPARSE).build();
        Batch nothing = TinyModels.batch(4, 3, 2, 1);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyModels.trainer(config, backend);
                MaskedLanguageTrainer untouched = TinyModels.trainer(config, backend)) {
            StepResult result = trainer.step(List.of(nothing), 0, 1e-2);
            assertThat(result.predictions()).isZero();
            assertThat(result.finite()).isTrue();
            for (Parameter parameter : trainer.parameters().list()) {
                assertThat(trainer.parameters().of(parameter).toArray())
                        .isEqualTo(untouched.parameters().of(parameter).toArray());
            }
        }
    }

    @Test
    void aMicroBatchWithoutAMaskedTokenAddsNothingToTheOthers() {
        BertConfig config = TinyModels.config(SPARSE)
                .hiddenDropoutProb(0)
                .attentionProbsDropoutProb(0)
                .build();
        Batch batch = TinyModels.batch(5, 14, 6);
        Batch nothing = TinyModels.batch(4, 3, 2);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer with = TinyModels.trainer(config, backend);
                MaskedLanguageTrainer without = TinyModels.trainer(config, backend)) {
            StepResult two = with.step(List.of(nothing, batch), 0, 1e-2);
            StepResult one = without.step(List.of(batch), 0, 1e-2);
            assertThat(two.loss()).isEqualTo(one.loss());
            assertThat(two.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-9));
        }
    }

    @Test
    void aWeightThatIsNotANumberIsNoticedAndNothingIsUpdated() {
        BertConfig config = TinyModels.config(SPARSE).build();
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyModels.trainer(config, backend)) {
            Parameter spoiled = trainer.parameters().list().getLast();
            trainer.parameters().of(spoiled).set(0, 0, Double.NaN);
            Parameter other = trainer.parameters().list().getFirst();
            float[] before = trainer.parameters().of(other).toArray();
            assertThat(trainer.step(List.of(TinyModels.batch(6, 16)), 0, 1e-2).finite())
                    .isFalse();
            assertThat(trainer.parameters().of(other).toArray()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "vector"})
    void accuracyIsTheShareOfMaskedTokensWhoseIdHasTheHighestLogit(String name) {
        BertConfig config = TinyModels.config(SPARSE).build();
        List<Batch> batches = List.of(TinyModels.batch(8, 16, 12, 9), TinyModels.batch(9, 14, 3, 15));
        try (Backend backend = TinyModels.backend(name, 2);
                MaskedLanguageTrainer trainer = TinyModels.trainer(config, backend)) {
            for (int step = 0; step < 12; step++) {
                trainer.step(List.of(batches.get(step % 2)), step, 1e-2);
            }
            long right = batches.stream()
                    .mapToLong(batch -> predictedRight(trainer, batch, backend))
                    .sum();
            long masked =
                    batches.stream().mapToLong(batch -> batch.narrow().count()).sum();
            Evaluation evaluation = trainer.evaluate(batches.iterator());
            assertThat(evaluation.predictions()).isEqualTo(masked);
            assertThat(evaluation.metrics().get(MaskedLanguageTrainer.ACCURACY))
                    .isEqualTo((double) right / masked)
                    .isBetween(0.1, 0.9);
            assertThat(trainer.evaluate(List.<Batch>of().iterator())).isEqualTo(Evaluation.EMPTY);
        }
    }

    private static long predictedRight(MaskedLanguageTrainer trainer, Batch batch, Backend backend) {
        MaskedLanguageModel model = MaskedLanguageModel.inference(trainer.config());
        Plan plan = Plan.inference(model.graph(), batch.extents());
        try (Session session = Session.inference(plan, trainer.parameters(), backend)) {
            session.forward(batch, StepPlace.NONE);
            Matrix logits = session.values(model.output());
            return IntStream.range(0, logits.rows())
                    .filter(row -> IntStream.range(0, logits.columns())
                            .allMatch(id -> logits.get(row, id) <= logits.get(row, batch.labels()[row])))
                    .count();
        }
    }

    @Test
    void anEvaluationForStudiesDropsTokensAsTrainingDoesAndTheSameOnesEveryTime() {
        BertConfig dropping = TinyModels.config(DROPPING)
                .hiddenDropoutProb(0)
                .attentionProbsDropoutProb(0)
                .tokenKeepRandom(1)
                .build();
        TrainerOptions options = new TrainerOptions(AdamWSettings.DEFAULT, true, LayerSet.NONE, LastLayer.NARROWED);
        Batch batch = TinyModels.batch(7, 16, 11);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer trainer = TinyModels.trainer(dropping, options, backend);
                MaskedLanguageTrainer keeping = TinyModels.trainer(dropping, backend)) {
            double loss = trainer.evaluate(List.of(batch).iterator()).loss();
            assertThat(trainer.evaluate(List.of(batch).iterator()).loss()).isEqualTo(loss);
            // A step's loss is that of the weights before it, of the tokens that chance keeps in that step.
            assertThat(trainer.step(List.of(batch), -1, 1e-3).loss()).isCloseTo(loss, within(ROUNDING));
            assertThat(Math.abs(keeping.evaluate(List.of(batch).iterator()).loss() - loss))
                    .isGreaterThan(1e-4);
        }
    }

    @Test
    void evaluationDropsNoTokenAndHasNoDropout() {
        BertConfig dropping = TinyModels.config(DROPPING).build();
        BertConfig dense = TinyModels.config("{sf}3:").hiddenDropoutProb(0).build();
        Batch batch = TinyModels.batch(7, 16, 11);
        try (Backend backend = TinyModels.backend("reference", 1);
                MaskedLanguageTrainer one = TinyModels.trainer(dropping, backend);
                MaskedLanguageTrainer other = TinyModels.trainer(dense, backend)) {
            for (Parameter parameter : one.parameters().list()) {
                other.parameters()
                        .of(parameter)
                        .copyFrom(java.lang.foreign.MemorySegment.ofArray(
                                one.parameters().of(parameter).toArray()));
            }
            assertThat(one.evaluate(List.of(batch).iterator()).loss())
                    .isCloseTo(other.evaluate(List.of(batch).iterator()).loss(), within(1e-6));
        }
    }
}
