package org.narrowbert.model.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.finetuning.batch.ClassCounts;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.batch.TaskData;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.heads.HeadType;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.training.Evaluation;
import org.narrowbert.model.training.StepResult;
import org.narrowbert.model.training.TrainerOptions;

class TaskTrainerTest {
    private static final int LABELS = 3;
    private static final TaskBatches BATCHES = new TaskBatches(TaskKind.SINGLE_LABEL, LABELS, new double[0]);

    private static BertConfig config(String layout, double dropout) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(3, 24, 2, 40), 50)
                .maxPositionEmbeddings(16)
                .initializerRange(0.3)
                .hiddenDropoutProb(dropout)
                .attentionProbsDropoutProb(dropout)
                .build();
    }

    private static List<TaskSample> samples(int count) {
        Random random = new Random(9);
        List<TaskSample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(4 + random.nextInt(10), 5, 50).toArray();
            samples.add(new TaskSample.OfText(
                    new EncodedText(ids, ids.length / 2), new Target.Label(random.nextInt(LABELS))));
        }
        return samples;
    }

    private static TaskTrainer trainer(BertConfig config, FrozenLayers frozen, Backend backend) {
        TaskModel model = new TaskModel(
                config,
                HeadType.SEQUENCE_CLASSIFICATION,
                LABELS,
                HeadConfig.of("BertForSequenceClassification", List.of("a", "b", "c")),
                frozen);
        TaskTrainer trainer = TaskTrainer.open(
                model,
                TrainerOptions.of(AdamWSettings.DEFAULT),
                NoFigures::new,
                TaskBatches.limits(12, samples(12)),
                17,
                backend);
        Initializer.initialize(trainer.parameters(), config, 5);
        return trainer;
    }

    private record NoFigures() implements Scorer {
        @Override
        public void add(LabelledBatch batch, Matrix logits) {}

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public Map<String, Double> metrics() {
            return Map.of();
        }
    }

    private static Backend backend(int threads) {
        return Backends.find().named("vector").open(new BackendOptions(threads));
    }

    private static Map<String, float[]> values(Parameters parameters) {
        Map<String, float[]> values = new java.util.TreeMap<>();
        for (Parameter parameter : parameters.list()) {
            values.put(parameter.name(), parameters.of(parameter).toArray());
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2"})
    void theHeadLearnsItsExamples(String layout) {
        List<LabelledBatch> all = List.of(BATCHES.of(samples(12)));
        try (Backend backend = backend(2);
                TaskTrainer trainer = trainer(config(layout, 0), FrozenLayers.NONE, backend)) {
            double before = trainer.evaluate(all.iterator()).loss();
            for (int step = 0; step < 30; step++) {
                trainer.step(all, step, 3e-3);
            }
            double after = trainer.evaluate(all.iterator()).loss();
            assertThat(after).isLessThan(0.2 * before);
        }
    }

    @Test
    void theLossOfAStepIsThatOfOneLargeBatch() {
        List<TaskSample> samples = samples(12);
        List<LabelledBatch> parts = List.of(BATCHES.of(samples.subList(0, 5)), BATCHES.of(samples.subList(5, 12)));
        List<LabelledBatch> whole = List.of(BATCHES.of(samples));
        BertConfig config = config("{sf}1:{sf}2", 0.1);
        try (Backend backend = backend(2);
                TaskTrainer accumulated = trainer(config, FrozenLayers.NONE, backend);
                TaskTrainer large = trainer(config, FrozenLayers.NONE, backend)) {
            for (int step = 0; step < 3; step++) {
                StepResult cut = accumulated.step(parts, step, 1e-3);
                StepResult one = large.step(whole, step, 1e-3);
                assertThat(cut.loss()).isCloseTo(one.loss(), within(1e-5));
                assertThat(cut.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-4 * one.gradientNorm()));
                assertThat(cut.predictions()).isEqualTo(12).isEqualTo(one.predictions());
            }
        }
    }

    @Test
    void aStepHasTheSameBitsOnAnyNumberOfThreads() {
        List<LabelledBatch> all = List.of(BATCHES.of(samples(12)));
        List<Map<String, float[]>> results = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            try (Backend backend = backend(threads);
                    TaskTrainer trainer = trainer(config("{sf}1:{sf}2", 0.1), FrozenLayers.NONE, backend)) {
                for (int step = 0; step < 3; step++) {
                    trainer.step(all, step, 1e-3);
                }
                results.add(values(trainer.parameters()));
            }
        }
        results.getFirst()
                .forEach((name, values) ->
                        assertThat(results.get(1).get(name)).as(name).containsExactly(values));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void frozenLayersStayAsTheyAreAndTheRestIsTrainedAsBefore(int layers) {
        List<LabelledBatch> all = List.of(BATCHES.of(samples(12)));
        BertConfig config = config("{sf}1:{sf}2", 0.1);
        try (Backend backend = backend(2);
                TaskTrainer frozen = trainer(config, FrozenLayers.upTo(layers), backend);
                TaskTrainer free = trainer(config, FrozenLayers.NONE, backend)) {
            Map<String, float[]> before = values(frozen.parameters());
            StepResult one = frozen.step(all, 0, 1e-3);
            StepResult other = free.step(all, 0, 1e-3);
            assertThat(one.loss())
                    .as("the loss does not depend on what is trained")
                    .isEqualTo(other.loss());
            assertThat(one.flops()).isLessThan(other.flops());
            Map<String, float[]> after = values(frozen.parameters());
            Map<String, float[]> freely = values(free.gradients());
            values(frozen.gradients()).forEach((name, gradient) -> {
                boolean isFrozen = name.startsWith("bert.embeddings")
                        || layers > 0 && name.startsWith("bert.encoder.layer.0")
                        || layers > 1 && name.startsWith("bert.encoder_narrow");
                if (isFrozen) {
                    assertThat(after.get(name)).as(name).containsExactly(before.get(name));
                } else {
                    assertThat(gradient).as(name).containsExactly(freely.get(name));
                }
            });
        }
    }

    /** Of context-first's four layers the first two attention and feed-forward sublayers lie left of the colon, the others' feed-forward right of it. */
    @Test
    void nothingAboveASublayerThatIsTrainedIsFrozen() {
        List<LabelledBatch> all = List.of(BATCHES.of(samples(12)));
        BertConfig config = config("sss:fff", 0);
        try (Backend backend = backend(2);
                TaskTrainer trainer = trainer(config, FrozenLayers.upTo(2), backend)) {
            Map<String, float[]> before = values(trainer.parameters());
            trainer.step(all, 0, 1e-3);
            Map<String, float[]> after = values(trainer.parameters());
            after.forEach((name, values) -> {
                boolean isFrozen = name.startsWith("bert.embeddings")
                        || name.startsWith("bert.encoder.layer.0.")
                        || name.startsWith("bert.encoder.layer.1.")
                        || name.endsWith("key.bias");
                if (isFrozen) {
                    assertThat(values).as(name).containsExactly(before.get(name));
                } else {
                    assertThat(values).as(name).isNotEqualTo(before.get(name));
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12})
    void examplesOfWhichNobodySaidWhatIsRightChangeNoLossInBatchesOfAnySize(int batchSize) {
        List<TaskSample> known = samples(12);
        List<TaskSample> all = new ArrayList<>(known);
        all.set(3, new TaskSample.OfText(known.get(3).sequences().getFirst(), new Target.Unknown()));
        known.remove(3);
        try (Backend backend = backend(1);
                TaskTrainer trainer = trainer(config("{sf}3:", 0), FrozenLayers.NONE, backend)) {
            Evaluation found = trainer.evaluate(TaskData.inOrder(all, BATCHES, batchSize));
            Evaluation expected = trainer.evaluate(List.of(BATCHES.of(known)).iterator());
            assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-5));
            assertThat(found.predictions()).isEqualTo(11);
            StepResult step = trainer.step(List.of(BATCHES.of(all)), 0, 0);
            assertThat(step.loss()).isCloseTo(expected.loss(), within(1e-5));
            assertThat(step.predictions()).isEqualTo(11);
        }
    }

    /** Figures that need no loss, such as those of answers that are nowhere in their contexts, are there all the same. */
    @Test
    void figuresAreThereThoughNobodySaidWhatIsRight() {
        List<TaskSample> unknown = samples(3).stream()
                .map(sample ->
                        (TaskSample) new TaskSample.OfText(sample.sequences().getFirst(), new Target.Unknown()))
                .toList();
        try (Backend backend = backend(1);
                TaskTrainer trainer = trainer(config("{sf}3:", 0), FrozenLayers.NONE, backend)) {
            Evaluation found = trainer.evaluate(TaskData.inOrder(unknown, BATCHES, 2), new OneFigure());
            assertThat(found).isEqualTo(new Evaluation(0, Map.of("figure", 1.0), 0));
            assertThat(found.isEmpty()).isFalse();
            assertThat(trainer.evaluate(List.<LabelledBatch>of().iterator(), new OneFigure()))
                    .isEqualTo(Evaluation.EMPTY);
        }
    }

    @Test
    void aModelWhoseLogitsAreNoNumbersIsNotMeasured() {
        List<TaskSample> samples = samples(4);
        try (Backend backend = backend(1);
                TaskTrainer trainer = trainer(config("{sf}3:", 0), FrozenLayers.NONE, backend)) {
            trainer.parameters().list().forEach(parameter -> {
                if (parameter.name().equals("classifier.bias")) {
                    trainer.parameters().of(parameter).fill(Double.NaN);
                }
            });
            assertThat(trainer.evaluate(TaskData.inOrder(samples, BATCHES, 2)).loss())
                    .as("for the run, which tells what to do about it")
                    .isNaN();
            assertThatThrownBy(() -> trainer.evaluate(TaskData.inOrder(samples, BATCHES, 2), new NoFigures()))
                    .isInstanceOf(RunError.class)
                    .hasMessage("the model's logits are not numbers: its weights are spoiled, take an earlier save");
        }
    }

    private record OneFigure() implements Scorer {
        @Override
        public void add(LabelledBatch batch, Matrix logits) {}

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public Map<String, Double> metrics() {
            return Map.of("figure", 1.0);
        }
    }

    @Test
    void weightsOfClassesWeighTheirLosses() {
        List<TaskSample> samples = samples(12);
        double[] weights = ClassCounts.balanced(ClassCounts.of(samples, LABELS));
        long[] counts = ClassCounts.of(samples, LABELS);
        for (int label = 0; label < LABELS; label++) {
            assertThat(weights[label] * counts[label]).isCloseTo(4, within(1e-12));
        }
        LabelledBatch plain = BATCHES.of(samples);
        LabelledBatch weighted = new TaskBatches(TaskKind.SINGLE_LABEL, LABELS, new double[] {1, 1, 1}).of(samples);
        LabelledBatch onlyOne = new TaskBatches(TaskKind.SINGLE_LABEL, LABELS, new double[] {1, 0, 0}).of(samples);
        try (Backend backend = backend(1);
                TaskTrainer trainer = trainer(config("{sf}3:", 0), FrozenLayers.NONE, backend)) {
            assertThat(trainer.evaluate(List.of(weighted).iterator()).loss())
                    .isEqualTo(trainer.evaluate(List.of(plain).iterator()).loss());
            List<TaskSample> ofClass = samples.stream()
                    .filter(sample -> sample instanceof TaskSample.OfText text
                            && text.target().equals(new Target.Label(0)))
                    .toList();
            assertThat(trainer.evaluate(List.of(onlyOne).iterator()).loss())
                    .isCloseTo(
                            trainer.evaluate(List.of(BATCHES.of(ofClass)).iterator())
                                    .loss(),
                            within(1e-5));
        }
    }
}
