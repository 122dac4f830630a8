package org.narrowbert.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.check.OpRun;
import org.narrowbert.engine.check.RandomBatches;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;

class RecomputationTest {
    private static final int COLUMNS = 24;
    private static final int INNER = 56;
    private static final int LAYERS = 6;
    private static final Extents LIMITS = new Extents(4, 64, 64, 64);

    @ParameterizedTest
    @ValueSource(strings = {"reference", "vector"})
    void whateverIsMadeAgainNoBitOfAnyGradientChanges(String name) {
        Graph twice = OpCase.all(new OpCase.Sizes(101, 32, 48, 4, 16)).getLast().graph();
        try (Backend backend = Backends.find().named(name).open(new BackendOptions(2))) {
            for (long seed = 1; seed <= 12; seed++) {
                Random random = new Random(seed);
                for (Graph graph : List.of(twice, layers().graph())) {
                    Batch batch = new RandomBatches(101, 2, 4, 16).next(random);
                    Map<String, float[]> values = OpRun.randomValues(graph, batch, random);
                    Plan recomputing = Plan.recomputing(graph, LIMITS, randomSegments(graph, random));
                    try (OpRun plain = OpRun.open(graph, LIMITS, backend);
                            OpRun again = OpRun.open(recomputing, backend)) {
                        Map<String, float[]> expected = plain.run(batch, values);
                        Map<String, float[]> actual = again.run(batch, values);
                        String where = "%s, seed %d".formatted(graph.name(), seed);
                        expected.forEach((result, bits) -> assertThat(actual.get(result))
                                .as("%s: %s", where, result)
                                .isEqualTo(bits));
                    }
                }
            }
        }
    }

    private static List<List<Op>> randomSegments(Graph graph, Random random) {
        List<List<Op>> segments = new ArrayList<>();
        List<Op> segment = new ArrayList<>();
        for (Op op : graph.ops()) {
            if (random.nextInt(3) == 0) {
                segments.add(segment);
                segment = new ArrayList<>();
            }
            if (random.nextInt(4) > 0) {
                segment.add(op);
            }
        }
        segments.add(segment);
        return segments;
    }

    @Test
    void aLayerIsMadeAgainOnceAndOnlyItsInputIsKept() {
        Layers layers = layers();
        Plan plain = Plan.training(layers.graph(), LIMITS);
        Plan all = Plan.recomputing(layers.graph(), LIMITS, layers.segments());
        assertThat(all.backward())
                .hasSize(plain.backward().size() + layers.graph().ops().size());
        long input = (long) LIMITS.tokens() * COLUMNS;
        assertThat(all.savedElements()).isEqualTo((LAYERS - 1) * input);
        assertThat(plain.savedElements())
                .isEqualTo(
                        (LAYERS - 1) * input + LAYERS * (2L * LIMITS.tokens() * INNER + input + 2L * LIMITS.tokens()));
        // What one layer needs at once, gradients included, and the inputs of the others.
        assertThat(all.memory().elements()).isLessThan(plain.memory().elements() / 2);
        assertThat(all.recomputedFlops(LIMITS)).isEqualTo(all.flops(LIMITS) - plain.flops(LIMITS));
        assertThat(plain.recomputedFlops(LIMITS)).isZero();
    }

    @Test
    void whatNoGradientReadsIsNotMadeAgain() {
        Layers layers = layers();
        Op second = layers.graph().ops().get(1);
        Plan plan = Plan.recomputing(layers.graph(), LIMITS, List.of(List.of(second)));
        assertThat(plan.backward())
                .as("a linear's output is not read by its gradient")
                .doesNotContain(second);
    }

    @Test
    void whatIsMadeAgainIsNamedInTheText() {
        Layers layers = layers();
        Plan plan = Plan.recomputing(layers.graph(), LIMITS, layers.segments());
        assertThat(PlanText.ops(plan, CostModel.TYPICAL).stream().filter(line -> line.contains(" again ")))
                .hasSize(3 * LAYERS);
    }

    @Test
    void aSegmentOfForeignOpsOrWithAnOpOfAnotherSegmentIsRefused() {
        Layers layers = layers();
        List<Op> segment = layers.segments().getFirst();
        assertThatThrownBy(() -> Plan.recomputing(layers.graph(), LIMITS, List.of(segment, segment)))
                .isInstanceOf(IllegalArgumentException.class);
        Graph other = OpCase.all(new OpCase.Sizes(13, 6, 5, 2, 9)).getFirst().graph();
        assertThatThrownBy(() -> Plan.recomputing(layers.graph(), LIMITS, List.of(other.ops())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private record Layers(Graph graph, List<List<Op>> segments) {}

    /** Feed-forward layers with residual, dropout and LayerNorm. */
    private static Layers layers() {
        List<List<Op>> segments = new ArrayList<>();
        Activation input = tokens("input", COLUMNS);
        Activation state = input;
        for (int layer = 0; layer < LAYERS; layer++) {
            String name = "layer " + layer;
            Activation inner = tokens(name + " inner", INNER);
            Activation dense = tokens(name + " dense", COLUMNS);
            Activation output = tokens(name + " output", COLUMNS);
            segments.add(List.of(
                    new LinearOp.LinearActivation(
                            ActivationFunction.GELU,
                            state,
                            Parameter.matrix(name + " up", INNER, COLUMNS),
                            Parameter.vector(name + " up bias", INNER),
                            tokens(name + " before", INNER),
                            inner),
                    new LinearOp.Linear(
                            inner,
                            Parameter.matrix(name + " down", COLUMNS, INNER),
                            Parameter.vector(name + " down bias", COLUMNS),
                            dense),
                    new NormalizeOp.AddNormalize(
                            dense,
                            state,
                            new Dropout(0.25f, layer),
                            Parameter.vector(name + " weight", COLUMNS),
                            Parameter.vector(name + " bias", COLUMNS),
                            1e-12f,
                            tokens(name + " sum", COLUMNS),
                            tokens(name + " statistics", 2),
                            output)));
            state = output;
        }
        List<Op> ops = segments.stream().flatMap(List::stream).toList();
        return new Layers(new Graph("layers", ops, List.of(input), List.of(state)), segments);
    }

    private static Activation tokens(String name, int columns) {
        return new Activation(name, RowSet.TOKENS, columns);
    }
}
