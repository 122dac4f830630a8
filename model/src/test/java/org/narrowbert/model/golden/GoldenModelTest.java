package org.narrowbert.model.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.importance.Chance;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainerOptions;
import tools.jackson.databind.JsonNode;

/** Whole models against what PyTorch computes for them, on every backend. */
class GoldenModelTest {
    /** Tolerances of the golden files' README: largest difference over the tensor's largest magnitude. */
    record Tolerance(double forward, double gradient, double afterTenSteps, double loss) {
        static Tolerance of(String backend) {
            return backend.equals("reference")
                    ? new Tolerance(1e-6, 1e-6, 1e-6, 1e-6)
                    : new Tolerance(5e-6, 5e-5, 3e-4, 5e-5);
        }
    }

    /** A gradient that is zero in exact arithmetic is compared absolutely. */
    private static final double ZERO = 1e-6;

    /** Below this a golden tensor holds nothing but its own rounding errors in double. */
    private static final double NOISE = 1e-9;

    static List<Arguments> cases() throws IOException {
        return cases("mlm");
    }

    /** Each backend with each case of a head. */
    static List<Arguments> cases(String head) throws IOException {
        Path folder = Path.of(System.getProperty("narrowbert.golden", "src/test/resources/golden"));
        List<Arguments> cases = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path path : folders.filter(each -> Files.exists(each.resolve("figures.json")))
                    .sorted()
                    .toList()) {
                GoldenCase golden = GoldenCase.read(path);
                if (golden.head().equals(head)) {
                    cases.add(Arguments.of("reference", golden));
                    cases.add(Arguments.of("vector", golden));
                }
            }
        }
        return cases;
    }

    @Test
    void thereIsSomethingToCompareWith() throws IOException {
        assertThat(cases()).isNotEmpty();
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void everyRowAndEveryLogitIsPyTorchs(String backendName, GoldenCase golden) {
        BertConfig config = golden.config();
        Batch batch = withKept(golden, golden.batch(0));
        MaskedLanguageModel model = MaskedLanguageModel.trainingLogits(config, LastLayer.FULL);
        Set<Activation> kept = new HashSet<>(model.sublayers());
        kept.add(model.embeddings());
        Tolerance tolerance = Tolerance.of(backendName);
        Plan plan = Plan.inference(model.graph(), batch.extents(), kept, always(NarrowAttention.PROJECTED));
        try (Backend backend = open(backendName);
                Parameters parameters = parameters(golden, model, backend);
                Session session = Session.inference(plan, parameters, backend);
                SafeTensors expected = golden.expected()) {
            session.forward(batch, StepPlace.NONE);
            compare(session, model.embeddings(), expected, tolerance);
            model.sublayers().forEach(sublayer -> compare(session, sublayer, expected, tolerance));
            compare(session, model.output(), expected, tolerance);
        }
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void theLogitsArePyTorchsWhenOnlyMaskedRowsLeaveTheLastLayer(String backendName, GoldenCase golden) {
        Batch batch = withKept(golden, golden.batch(0));
        MaskedLanguageModel model = MaskedLanguageModel.trainingLogits(golden.config(), LastLayer.NARROWED);
        assertThat(model.sublayers().getLast().rows()).isEqualTo(RowSet.NARROW);
        for (NarrowAttention form : List.of(NarrowAttention.PROJECTED, NarrowAttention.ABSORBED)) {
            compareLogits(backendName, golden, batch, model, form);
        }
    }

    static NarrowAttentionChoice always(NarrowAttention form) {
        return new NarrowAttentionChoice(form, CostModel.TYPICAL);
    }

    private static void compareLogits(
            String backendName, GoldenCase golden, Batch batch, MaskedLanguageModel model, NarrowAttention form) {
        Plan plan = Plan.inference(model.graph(), batch.extents(), Set.of(), always(form));
        try (Backend backend = open(backendName);
                Parameters parameters = parameters(golden, model, backend);
                Session session = Session.inference(plan, parameters, backend);
                SafeTensors expected = golden.expected()) {
            session.forward(batch, StepPlace.NONE);
            compare(session, model.output(), expected, Tolerance.of(backendName));
        }
    }

    private static void compare(Session session, Activation activation, SafeTensors expected, Tolerance tolerance) {
        assertClose(
                activation.name(),
                session.values(activation).toArray(),
                expected.readFloats(activation.name()),
                tolerance.forward());
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void gradientsAndTenStepsOfAdamWArePyTorchs(String backendName, GoldenCase golden) {
        train(backendName, golden, LastLayer.FULL, NarrowAttention.PROJECTED);
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void theSameWhenOnlyMaskedRowsLeaveTheLastLayerAndNarrowAttentionHasNoKeys(String backendName, GoldenCase golden) {
        train(backendName, golden, LastLayer.NARROWED, NarrowAttention.ABSORBED);
    }

    private static void train(String backendName, GoldenCase golden, LastLayer lastLayer, NarrowAttention form) {
        JsonNode figures = golden.figures();
        AdamWSettings settings = optimizer(golden);
        List<Batch> batches = List.of(golden.batch(0), golden.batch(1));
        Tolerance tolerance = Tolerance.of(backendName);
        try (Backend backend = open(backendName);
                MaskedLanguageTrainer trainer = MaskedLanguageTrainer.open(
                        golden.config(),
                        new TrainerOptions(settings, false, LayerSet.NONE, new Narrowing(lastLayer, always(form))),
                        importance(golden),
                        limits(batches),
                        1,
                        backend);
                SafeTensors expected = golden.expected()) {
            fill(golden, trainer.parameters());
            for (int step = 0; step < figures.path("training").path("steps").asInt(); step++) {
                double rate = figures.path("learning_rates").get(step).asDouble();
                var result = trainer.step(List.of(batches.get(step % 2)), step, rate);
                assertRelative(
                        "loss of step " + step,
                        result.loss(),
                        figures.path("losses").get(step),
                        tolerance.loss());
                assertRelative(
                        "norm of step " + step,
                        result.gradientNorm(),
                        figures.path("gradient_norms").get(step),
                        step == 0 ? tolerance.gradient() : tolerance.afterTenSteps());
                if (step == 0) {
                    compareGradients(trainer, expected, tolerance);
                    compareImportance("token_importance_after1", trainer, expected, tolerance.loss());
                }
            }
            for (Parameter parameter : trainer.parameters().list()) {
                assertClose(
                        "after10." + parameter.name(),
                        trainer.parameters().of(parameter).toArray(),
                        expected.readFloats("after10." + parameter.name()),
                        tolerance.afterTenSteps());
            }
            compareImportance("token_importance_after10", trainer, expected, tolerance.afterTenSteps());
        }
    }

    static AdamWSettings optimizer(GoldenCase golden) {
        JsonNode training = golden.figures().path("training");
        return new AdamWSettings(
                training.path("adam_beta1").asDouble(),
                training.path("adam_beta2").asDouble(),
                training.path("adam_epsilon").asDouble(),
                training.path("weight_decay").asDouble(),
                training.path("max_grad_norm").asDouble());
    }

    private static void compareGradients(MaskedLanguageTrainer trainer, SafeTensors expected, Tolerance tolerance) {
        for (Parameter parameter : trainer.parameters().list()) {
            String name = "gradient." + parameter.name();
            assertClose(
                    name, trainer.gradients().of(parameter).toArray(), expected.readFloats(name), tolerance.gradient());
        }
    }

    private static void compareImportance(
            String name, MaskedLanguageTrainer trainer, SafeTensors expected, double tolerance) {
        trainer.importance()
                .ifPresent(importance -> assertClose(name, importance.values(), expected.readFloats(name), tolerance));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void theSameTokensAreKept(String backendName, GoldenCase golden) {
        assumeTrue(golden.importance().isPresent(), "the layout has no brackets");
        Batch batch = withKept(golden, golden.batch(0));
        try (SafeTensors expected = golden.expected()) {
            int[] kept = expected.readInts("kept");
            int[] offsets = expected.readInts("kept_offsets");
            assertThat(batch.kept().count()).isEqualTo(kept.length);
            for (int row = 0; row < kept.length; row++) {
                assertThat(batch.kept().token(row)).as("kept row %d", row).isEqualTo(kept[row]);
            }
            for (int sequence = 0; sequence < batch.kept().sequences(); sequence++) {
                assertThat(batch.kept().end(sequence)).isEqualTo(offsets[sequence + 1]);
            }
        }
    }

    static Backend open(String name) {
        return Backends.find().named(name).open(new BackendOptions(2));
    }

    private static Optional<TokenImportance> importance(GoldenCase golden) {
        return golden.importance()
                .map(values -> TokenImportance.of(
                        values,
                        golden.config().tokenImportanceBeta(),
                        GoldenCase.PROTECTED,
                        golden.config().padTokenId()));
    }

    static Batch withKept(GoldenCase golden, Batch batch) {
        return importance(golden)
                .map(importance -> batch.keeping(importance.select(
                        batch.tokens(),
                        batch.inputIds(),
                        golden.config().tokenKeep(),
                        Chance.NONE,
                        new int[batch.tokens().sequences() + 1],
                        new int[batch.tokens().count()])))
                .orElse(batch);
    }

    static Extents limits(List<Batch> batches) {
        int sequences = 0;
        int tokens = 0;
        int narrow = 0;
        for (Batch batch : batches) {
            sequences = Math.max(sequences, batch.extents().sequences());
            tokens = Math.max(tokens, batch.extents().tokens());
            narrow = Math.max(narrow, batch.extents().narrow());
        }
        return new Extents(sequences, tokens, narrow, 0);
    }

    static Parameters parameters(GoldenCase golden, MaskedLanguageModel model, Backend backend) {
        return parameters(golden, model.graph(), backend);
    }

    static Parameters parameters(GoldenCase golden, Graph graph, Backend backend) {
        Parameters parameters = Parameters.open(graph.parameters(), backend);
        fill(golden, parameters);
        return parameters;
    }

    static void fill(GoldenCase golden, Parameters parameters) {
        try (SafeTensors file = golden.model()) {
            for (Parameter parameter : parameters.list()) {
                file.readFloats(parameter.name(), parameters.of(parameter));
            }
            assertThat(parameters.list()).hasSameSizeAs(file.names());
        }
    }

    static void assertRelative(String name, double actual, JsonNode expected, double tolerance) {
        assertThat(actual).as(name).isCloseTo(expected.asDouble(), within(tolerance * Math.abs(expected.asDouble())));
    }

    static void assertClose(String name, float[] actual, float[] expected, double tolerance) {
        assertThat(actual.length).as(name).isEqualTo(expected.length);
        double largest = 0;
        double worst = 0;
        for (int index = 0; index < expected.length; index++) {
            largest = Math.max(largest, Math.abs(expected[index]));
            worst = Math.max(worst, Math.abs(actual[index] - expected[index]));
        }
        assertThat(worst).as(name).isLessThanOrEqualTo(largest > NOISE ? tolerance * largest : ZERO);
    }
}
