package org.narrowbert.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.check.OpRun;
import org.narrowbert.engine.check.RandomBatches;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Extents;

/**
 * Two sessions on one backend that take turns, as training and validation do, get what each gets alone, to the bit: what kernels keep of one's
 * states, packed once a pass for all narrow layers, is never taken for the other's.
 */
class AlternatingSessionsTest {
    private static final int ROUNDS = 8;
    private static final StepPlace PLACE = new StepPlace(11, 3, 5);
    private static final OpCase.Sizes SIZES = new OpCase.Sizes(17, 24, 8, 3, 40);
    private static final Extents LIMITS = new Extents(4, 4 * 40, 4 * 40, 4 * 40).upTo(40);
    private static final Graph GRAPH = OpCase.narrowLayers(0.25f, SIZES).graph();

    /** Two rounds each of the same sequences, with other states. */
    private final List<Example> ofFirst = IntStream.range(0, ROUNDS)
            .mapToObj(round -> example(round / 2, round))
            .toList();

    /** In turns as long as the first session's sequences, and of other lengths; the states are always others. */
    private final List<Example> ofSecond = IntStream.range(0, ROUNDS)
            .mapToObj(round -> example(round % 2 == 0 ? round / 2 : 100 + round, 200 + round))
            .toList();

    /** A batch and what the graph reads besides: weights, states, gradients of outputs. */
    private record Example(Batch batch, Map<String, float[]> values) {}

    private static Example example(long batchSeed, long valueSeed) {
        Batch batch = new RandomBatches(SIZES.vocabulary(), 2, LIMITS.sequences(), SIZES.maxLength())
                .next(new Random(batchSeed));
        return new Example(batch, OpRun.randomValues(GRAPH, batch, new Random(valueSeed)));
    }

    @ParameterizedTest
    @EnumSource
    void stepsWhosePassesOverlapGetTheBitsOfEachAlone(NarrowAttention form) {
        List<Map<String, float[]>> alone = stepsAlone(form, ofFirst);
        alone.addAll(stepsAlone(form, ofSecond));
        List<Map<String, float[]>> first = new ArrayList<>();
        List<Map<String, float[]>> second = new ArrayList<>();
        try (Backend backend = open();
                Turn one = Turn.open(form, backend);
                Turn other = Turn.open(form, backend)) {
            for (int round = 0; round < ROUNDS; round++) {
                first.add(one.forward(ofFirst.get(round)));
                second.add(other.forward(ofSecond.get(round)));
                first.add(one.backward(ofFirst.get(round)));
                second.add(other.backward(ofSecond.get(round)));
            }
        }
        first.addAll(second);
        assertSameBits(first, alone);
    }

    @ParameterizedTest
    @EnumSource
    void stepsAndAnswersThatTakeTurnsInOneMemoryGetTheBitsOfEachAlone(NarrowAttention form) {
        List<Map<String, float[]>> steps = stepsAlone(form, ofFirst);
        List<Map<String, float[]>> answers = new ArrayList<>();
        try (Backend backend = open();
                Turn answering = Turn.open(form, backend)) {
            ofSecond.forEach(example -> answers.add(answering.forward(example)));
        }
        List<Map<String, float[]>> stepsInTurns = new ArrayList<>();
        List<Map<String, float[]>> answersInTurns = new ArrayList<>();
        try (Backend backend = open();
                Buffer memory = backend.allocate(plan(form).memory().elements());
                Turn training = Turn.sharing(memory, form, backend);
                Turn answering = Turn.sharing(memory, form, backend)) {
            for (int round = 0; round < ROUNDS; round++) {
                stepsInTurns.add(training.forward(ofFirst.get(round)));
                stepsInTurns.add(training.backward(ofFirst.get(round)));
                answersInTurns.add(answering.forward(ofSecond.get(round)));
            }
        }
        assertSameBits(stepsInTurns, steps);
        assertSameBits(answersInTurns, answers);
    }

    private static void assertSameBits(List<Map<String, float[]>> actual, List<Map<String, float[]>> expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private static List<Map<String, float[]>> stepsAlone(NarrowAttention form, List<Example> examples) {
        List<Map<String, float[]>> results = new ArrayList<>();
        try (Backend backend = open();
                Turn alone = Turn.open(form, backend)) {
            for (Example example : examples) {
                results.add(alone.forward(example));
                results.add(alone.backward(example));
            }
        }
        return results;
    }

    private static Backend open() {
        return Backends.find().named("vector").open(new BackendOptions(2));
    }

    private static Plan plan(NarrowAttention form) {
        return Plan.training(GRAPH, LIMITS, new NarrowAttentionChoice(form, new CostModel(1, 1, 1, 1e9)));
    }

    /** A session with weights of its own. */
    private record Turn(Parameters parameters, Parameters gradients, Session session) implements AutoCloseable {
        static Turn open(NarrowAttention form, Backend backend) {
            Parameters parameters = Parameters.open(GRAPH.parameters(), backend);
            Parameters gradients = Parameters.open(GRAPH.parameters(), backend);
            return new Turn(parameters, gradients, Session.training(plan(form), parameters, gradients, backend));
        }

        static Turn sharing(Buffer memory, NarrowAttention form, Backend backend) {
            Parameters parameters = Parameters.open(GRAPH.parameters(), backend);
            Parameters gradients = Parameters.open(GRAPH.parameters(), backend);
            return new Turn(parameters, gradients, Session.sharing(memory, plan(form), parameters, gradients, backend));
        }

        /** The outputs by name. */
        Map<String, float[]> forward(Example example) {
            session.prepare(example.batch());
            for (Parameter parameter : GRAPH.parameters()) {
                parameters.of(parameter).copyFrom(values(example, parameter.name()));
            }
            for (Activation input : GRAPH.inputs()) {
                session.values(input).copyFrom(values(example, input.name()));
            }
            session.forward(example.batch(), PLACE);
            Map<String, float[]> outputs = new LinkedHashMap<>();
            GRAPH.outputs()
                    .forEach(output ->
                            outputs.put(output.name(), session.values(output).toArray()));
            return outputs;
        }

        /** The gradients of inputs and parameters by name. */
        Map<String, float[]> backward(Example example) {
            for (Activation output : GRAPH.outputs()) {
                session.outputGradient(output).copyFrom(values(example, "gradient of " + output.name()));
            }
            session.backward(example.batch(), PLACE, false);
            Map<String, float[]> results = new LinkedHashMap<>();
            GRAPH.inputs()
                    .forEach(input ->
                            results.put(input.name(), session.gradient(input).toArray()));
            GRAPH.parameters()
                    .forEach(parameter -> results.put(
                            parameter.name(), gradients.of(parameter).toArray()));
            return results;
        }

        private static MemorySegment values(Example example, String name) {
            return MemorySegment.ofArray(Objects.requireNonNull(example.values().get(name)));
        }

        @Override
        public void close() {
            session.close();
            gradients.close();
            parameters.close();
        }
    }
}
