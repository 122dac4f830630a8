package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;

class NarrowedLastLayerTest {
    /** Gradients are sums over other numbers of rows: only their last bits differ, relative to the largest of a parameter. */
    private static final double GRADIENT = 1e-5;

    private static TrainerOptions options(LastLayer lastLayer) {
        NarrowAttentionChoice projected = new NarrowAttentionChoice(NarrowAttention.PROJECTED, CostModel.TYPICAL);
        return new TrainerOptions(AdamWSettings.DEFAULT, false, LayerSet.NONE, new Narrowing(lastLayer, projected));
    }

    /** Dropout included, which must fall on the same numbers; 3-token sequences have no masked token. */
    @ParameterizedTest
    @CsvSource({
        "reference, {sf}3:",
        "vector, {sf}3:",
        "vector, sfsf{s}2:{f}2",
        "vector, {sf}1[{sf}2]{sf}1:",
        "vector, sf[sf]f:ff",
        "vector, sfsff:"
    })
    void theLossIsTheSameToTheLastBitAndGradientsAsNearAsRoundingAllows(String backendName, String layout) {
        BertConfig config = TinyModels.config(layout).build();
        List<Batch> step =
                List.of(TinyModels.batch(1, 12, 3, 15), TinyModels.batch(2, 3, 16, 5), TinyModels.batch(3, 3));
        try (Backend backend = TinyModels.backend(backendName, 2);
                MaskedLanguageTrainer full = TinyModels.trainer(config, options(LastLayer.FULL), backend);
                MaskedLanguageTrainer narrowed = TinyModels.trainer(config, options(LastLayer.NARROWED), backend)) {
            assertThat(narrowed.evaluate(step.iterator())).isEqualTo(full.evaluate(step.iterator()));
            StepResult expected = full.step(step, 4, 1e-3);
            StepResult actual = narrowed.step(step, 4, 1e-3);
            assertThat(actual.loss()).isEqualTo(expected.loss());
            assertThat(actual.flops()).isLessThan(expected.flops());
            assertThat(actual.gradientNorm())
                    .isCloseTo(expected.gradientNorm(), within(GRADIENT * expected.gradientNorm()));
            for (Parameter parameter : full.parameters().list()) {
                assertClose(
                        parameter.name(),
                        narrowed.gradients().of(parameter).toArray(),
                        full.gradients().of(parameter).toArray());
            }
            assertThat(narrowed.importance().map(importance -> importance.values()[7]))
                    .isEqualTo(full.importance().map(importance -> importance.values()[7]));
        }
    }

    private static void assertClose(String name, float[] actual, float[] expected) {
        double largest = 0;
        double worst = 0;
        for (int index = 0; index < expected.length; index++) {
            largest = Math.max(largest, Math.abs(expected[index]));
            worst = Math.max(worst, Math.abs(actual[index] - expected[index]));
        }
        assertThat(worst).as(name).isLessThanOrEqualTo(GRADIENT * largest);
    }

    @Test
    void whereAttentionRightOfTheColonReadsAllRowsNothingChanges() {
        BertConfig config = TinyModels.config("{sf}2:{sf}2").build();
        assertThat(MaskedLanguageModel.training(config, LastLayer.NARROWED).graph())
                .isEqualTo(MaskedLanguageModel.training(config, LastLayer.FULL).graph());
    }

    @Test
    void weightsKeepTheirNamesAndTheirOrder() {
        for (String layout : List.of("{sf}3:", "sfsf{s}2:{f}2", "sf[sf]sf:", "ff:")) {
            BertConfig config = TinyModels.config(layout).build();
            assertThat(names(MaskedLanguageModel.training(config, LastLayer.NARROWED)))
                    .containsExactlyElementsOf(names(MaskedLanguageModel.training(config, LastLayer.FULL)));
        }
    }

    private static List<String> names(MaskedLanguageModel model) {
        return model.graph().parameters().stream().map(Parameter::name).toList();
    }

    /** From the last attention on, all sublayers have narrow rows; and every op's result is read by another or asked for. */
    @Test
    void nothingIsComputedThatNobodyReads() {
        long seed = 20_261_128;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String layout = layout(random);
            BertConfig config = TinyModels.config(layout).build();
            MaskedLanguageModel model = MaskedLanguageModel.inference(config);
            assertThat(unread(model.graph()))
                    .as("seed %d, round %d, layout %s", seed, round, layout)
                    .isEmpty();
            List<Activation> sublayers = model.sublayers();
            boolean fewRows = true;
            for (int index = sublayers.size() - 1; index >= 0; index--) {
                if (fewRows) {
                    assertThat(sublayers.get(index).rows())
                            .as("sublayer %d of %s", index, layout)
                            .isEqualTo(RowSet.NARROW);
                }
                fewRows &= !sublayers.get(index).name().endsWith(".s");
            }
        }
    }

    /** What is read by no op: of several results of one op it is enough that one is read, the others are kept for the backward pass. */
    private static List<Op> unread(Graph graph) {
        Set<Operand> read = new HashSet<>(graph.outputs());
        graph.ops().forEach(op -> read.addAll(op.reads()));
        return graph.ops().stream()
                .filter(op -> op.writes().stream().noneMatch(read::contains))
                .toList();
    }

    private static String layout(Random random) {
        StringBuilder layout = new StringBuilder();
        int left = random.nextInt(7);
        for (int step = 0; step < left; step++) {
            layout.append(random.nextBoolean() ? 's' : 'f');
        }
        layout.append(':');
        for (int step = left == 0 ? 1 : random.nextInt(5); step > 0; step--) {
            layout.append(random.nextBoolean() ? 's' : 'f');
        }
        return layout.toString();
    }
}
