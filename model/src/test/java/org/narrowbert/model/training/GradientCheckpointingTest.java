package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Presets;

class GradientCheckpointingTest {
    private static final Extents BASE_LIMITS = new Extents(8, 1024, 160, 512).upTo(128);

    @ParameterizedTest
    @CsvSource({
        "reference, {sf}3:, 0-2",
        "reference, {sf}1:{sf}2, '0,n0-n1'",
        "reference, sfsf{s}2:{f}2, '0-3,n0-n1'",
        "reference, {sf}1[{sf}2]{sf}1:, 0-3",
        "vector, {sf}3:, 0-2",
        "vector, {sf}3:, 1",
        "vector, {sf}1:{sf}2, '0,n0-n1'",
        "vector, {sf}1:{sf}2, n1",
        "vector, sfsf{s}2:{f}2, '0-3,n0-n1'",
        "vector, {sf}1[{sf}2]{sf}1:, 0-3",
        "vector, s[ffs]s[sf]:sff, '0-1,n0-n1'"
    })
    void trainingIsTheSameToTheLastBitInLessMemory(String backendName, String layout, String layers) {
        BertConfig config = TinyModels.config(layout).tokenKeepRandom(0.5).build();
        LayerSet recomputed = LayerSet.parse("layers", layers, config.layout());
        TrainerOptions options = new TrainerOptions(AdamWSettings.DEFAULT, false, recomputed, LastLayer.NARROWED);
        List<Batch> step = List.of(TinyModels.batch(1, 12, 7, 15), TinyModels.batch(2, 16, 5), TinyModels.batch(3, 9));
        try (Backend backend = TinyModels.backend(backendName, 2);
                MaskedLanguageTrainer keeping = TinyModels.trainer(config, backend);
                MaskedLanguageTrainer recomputing = TinyModels.trainer(config, options, backend)) {
            assertThat(recomputing.plan().memory().elements())
                    .isLessThan(keeping.plan().memory().elements());
            for (int number = 0; number < 3; number++) {
                StepResult expected = keeping.step(step, number, 1e-2);
                StepResult actual = recomputing.step(step, number, 1e-2);
                assertThat(actual.loss()).isEqualTo(expected.loss());
                assertThat(actual.gradientNorm()).isEqualTo(expected.gradientNorm());
                assertThat(actual.flops()).as("what is computed twice").isGreaterThan(expected.flops());
                for (Parameter parameter : keeping.parameters().list()) {
                    assertThat(recomputing.gradients().of(parameter).toArray())
                            .as("gradient of %s in step %d", parameter.name(), number)
                            .isEqualTo(keeping.gradients().of(parameter).toArray());
                    assertThat(recomputing.parameters().of(parameter).toArray())
                            .as("%s after step %d", parameter.name(), number)
                            .isEqualTo(keeping.parameters().of(parameter).toArray());
                }
            }
        }
    }

    /** Every value that an op reads is the one that was written for it, whatever else was put at its place in between. */
    @Test
    void randomLayoutsNeverReadWhatAnotherValueHasOverwritten() {
        long seed = 20_260_401;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            Layout layout = Layout.parse(randomLayout(random));
            BertConfig config = TinyModels.config(layout.source()).build();
            LayerSet all = LayerSet.all(layout);
            LayerSet some = new LayerSet(some(all.full(), random), some(all.narrow(), random));
            Plan plan = MaskedLanguageModel.training(config).trainingPlan(TinyModels.LIMITS_WITH_KEPT_ROWS, some);
            assertThat(PlaceReader.firstSpoiledRead(plan))
                    .as("seed %d, round %d, layout %s, layers %s", seed, round, layout, some)
                    .isEmpty();
        }
    }

    private static List<Integer> some(List<Integer> all, Random random) {
        return all.stream().filter(number -> random.nextBoolean()).toList();
    }

    private static String randomLayout(Random random) {
        StringBuilder layout = new StringBuilder();
        boolean open = false;
        for (int step = 0; step < 1 + random.nextInt(9); step++) {
            if (random.nextInt(4) == 0) {
                layout.append(open ? "]" : "[s");
                open = !open;
            }
            layout.append(random.nextBoolean() ? "sf" : random.nextBoolean() ? "s" : "f");
        }
        layout.append(open ? "]:" : ":");
        for (int step = 0; step < random.nextInt(5); step++) {
            layout.append(random.nextBoolean() ? "sf" : random.nextBoolean() ? "s" : "f");
        }
        return layout.toString();
    }

    @ParameterizedTest
    @CsvSource({"bert, 6", "sparse-queries-2, 3", "context-first, 4.5", "token-dropping, 5"})
    void ofBertBaseLittleMoreThanTheLayersInputsIsKept(String preset, double times) {
        Layout layout = Presets.layout(preset, 12);
        BertConfig config = BertConfig.of(layout, ModelSize.BASE.shape(), 30_522);
        MaskedLanguageModel model = MaskedLanguageModel.training(config);
        Plan keeping = model.trainingPlan(BASE_LIMITS, LayerSet.NONE);
        Plan recomputing = model.trainingPlan(BASE_LIMITS, LayerSet.all(layout));
        assertThat((double) keeping.memory().elements() / recomputing.memory().elements())
                .isGreaterThan(times);
        assertThat(recomputing.flops(BASE_LIMITS) / keeping.flops(BASE_LIMITS)).isBetween(1.2, 1.34);
    }

    @Test
    void aSegmentIsALayerUnlessTheRowsChangeInIt() {
        BertConfig config = TinyModels.config("sfs[f]ff:sf").build();
        List<String> segments = new ArrayList<>();
        MaskedLanguageModel.training(config)
                .segments()
                .forEach(segment -> segments.add(
                        segment.sublayer().weights() + " " + segment.ops().size()));
        assertThat(segments)
                .containsExactly(
                        "bert.encoder.layer.0 9",
                        "bert.encoder.layer.1 6",
                        "bert.encoder.layer.1 3",
                        "bert.encoder.layer.2 3",
                        "bert.encoder.layer.3 3",
                        "bert.encoder_narrow.layer.0 7");
    }
}
