package org.narrowbert.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;

/**
 * Whoever multiplies, and whatever is rounded, keys and values or none: narrow attention is what the reference makes of keys and values. A library
 * multiplies keys and values alone, and only their weights are rounded, so that the two forms differ by as much as it rounds.
 */
class NarrowFormsPrecisionTest {
    private static final OpCase.Sizes SIZES = new OpCase.Sizes(17, 24, 8, 3, 23);
    private static final Extents LIMITS = new Extents(4, 4 * 23, 4 * 23, 4 * 23);

    /** Each seed is a batch of other shapes, and each of these is compiled by oneDNN. */
    private static final int SEEDS = 30;

    /**
     * The most that results may differ from the reference's, over the largest element of each: about twice what they do.
     *
     * @param forward of outputs
     * @param gradient of gradients
     */
    private record Tolerance(double forward, double gradient) {
        /** A rounded operand is off by 2^-9 at most, 0.002 of itself. */
        static Tolerance of(OperandPrecision precision) {
            return precision == OperandPrecision.FLOAT32 ? new Tolerance(1e-6, 2e-6) : new Tolerance(0.012, 0.018);
        }

        double of(String name) {
            return name.startsWith("gradient of ") ? gradient : forward;
        }
    }

    @ParameterizedTest
    @CsvSource({"ONEDNN, FLOAT32", "ONEDNN, BFLOAT16"})
    void stepsOfBothFormsAndOfTheirMixtureAreTheReferences(Gemm gemm, OperandPrecision precision) {
        OpCase shown = OpCase.narrowLayers(0.25f, SIZES);
        try (Backend reference = Backends.find().named("reference").open(new BackendOptions(2));
                Backend backend = open(gemm, precision);
                OpRun exact = OpRun.open(training(shown, NarrowAttention.PROJECTED), reference);
                OpRun projected = OpRun.open(training(shown, NarrowAttention.PROJECTED), backend);
                OpRun absorbed = OpRun.open(training(shown, NarrowAttention.ABSORBED), backend);
                OpRun mixed = OpRun.open(training(shown, NarrowAttention.AUTO), backend)) {
            Worst worst = new Worst(precision);
            for (Example example : examples(shown, training(shown, NarrowAttention.AUTO))) {
                Map<String, float[]> expected = exact.run(example.batch(), example.values());
                worst.compare("projected", expected, projected.run(example.batch(), example.values()));
                worst.compare("absorbed", expected, absorbed.run(example.batch(), example.values()));
                worst.compare("mixed", expected, mixed.run(example.batch(), example.values()));
            }
            worst.check();
        }
    }

    @ParameterizedTest
    @CsvSource({"ONEDNN, FLOAT32", "ONEDNN, BFLOAT16", "PANAMA, BFLOAT16"})
    void answersByKeptWeightsInBothFormsAndInTheirMixtureAreTheReferences(Gemm gemm, OperandPrecision precision) {
        OpCase shown = OpCase.narrowLayers(0, SIZES);
        try (Backend reference = Backends.find().named("reference").open(new BackendOptions(2));
                Backend backend = open(gemm, precision)) {
            Worst worst = new Worst(precision);
            for (Example example : examples(shown, inference(shown, NarrowAttention.AUTO))) {
                Map<String, float[]> expected = answer(shown, NarrowAttention.PROJECTED, reference, example);
                worst.compare("projected", expected, answer(shown, NarrowAttention.PROJECTED, backend, example));
                worst.compare("absorbed", expected, answer(shown, NarrowAttention.ABSORBED, backend, example));
                worst.compare("mixed", expected, answer(shown, NarrowAttention.AUTO, backend, example));
            }
            worst.check();
        }
    }

    /** A backend; the test is left out, and says so, where its library is not to be had. */
    private static Backend open(Gemm gemm, OperandPrecision precision) {
        if (gemm.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort(gemm.text() + " is not tested: " + what);
        }
        return Backends.find().named("vector").open(new BackendOptions(2, gemm, precision));
    }

    private static Plan training(OpCase shown, NarrowAttention form) {
        return Plan.training(shown.graph(), LIMITS, NarrowFormsTest.choice(form));
    }

    private static Plan inference(OpCase shown, NarrowAttention form) {
        return Plan.inference(shown.graph(), LIMITS, Set.of(), NarrowFormsTest.choice(form));
    }

    /** A batch, and values as a model has them: weights that keep the magnitude of what they are multiplied with. */
    private record Example(Batch batch, Map<String, float[]> values) {}

    private static List<Example> examples(OpCase shown, Plan auto) {
        List<Example> examples = IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> example(shown, new Random(seed)))
                .toList();
        assertThat(examples)
                .as("batches of both forms")
                .anyMatch(example -> NarrowFormsTest.isMixed(example.batch(), auto.forms()));
        return examples;
    }

    private static Example example(OpCase shown, Random random) {
        Batch batch = new RandomBatches(SIZES.vocabulary(), 2, 4, SIZES.maxLength()).next(random);
        Map<String, float[]> values = OpRun.randomValues(shown.graph(), batch, random);
        for (Parameter parameter : shown.graph().parameters()) {
            if (parameter.rank() == 2) {
                float[] weight = Objects.requireNonNull(values.get(parameter.name()));
                for (int index = 0; index < weight.length; index++) {
                    weight[index] /= (float) Math.sqrt(parameter.columns());
                }
            }
        }
        return new Example(batch, values);
    }

    /** The outputs by name, with all weights kept as the backend likes to read them. */
    private static Map<String, float[]> answer(OpCase shown, NarrowAttention form, Backend backend, Example example) {
        Map<String, float[]> answers = new HashMap<>();
        try (Parameters parameters = Parameters.open(shown.graph().parameters(), backend);
                Session session = Session.inference(inference(shown, form), parameters, backend)) {
            for (Parameter parameter : shown.graph().parameters()) {
                parameters.of(parameter).copyFrom(values(example, parameter.name()));
            }
            session.prepare(example.batch());
            for (Activation input : shown.graph().inputs()) {
                session.values(input).copyFrom(values(example, input.name()));
            }
            try (PackedWeights _ = backend.keepPacked(
                    shown.graph().linearWeights().stream().map(parameters::of).toList())) {
                session.forward(example.batch(), StepPlace.NONE);
            }
            for (Activation output : shown.graph().outputs()) {
                answers.put(output.name(), session.values(output).toArray());
            }
        }
        return answers;
    }

    private static MemorySegment values(Example example, String name) {
        return MemorySegment.ofArray(Objects.requireNonNull(example.values().get(name)));
    }

    /** How far each form's results are from the reference's. */
    private static final class Worst {
        private final OperandPrecision precision;
        private final Map<String, Double> differences = new HashMap<>();

        Worst(OperandPrecision precision) {
            this.precision = precision;
        }

        void compare(String form, Map<String, float[]> expected, Map<String, float[]> actual) {
            expected.forEach((name, right) -> differences.merge(
                    form + ": " + name,
                    NarrowFormsTest.difference(right, Objects.requireNonNull(actual.get(name)), 1),
                    Math::max));
        }

        void check() {
            differences.forEach((what, difference) -> assertThat(difference)
                    .as(what)
                    .isLessThan(Tolerance.of(precision).of(what.substring(what.indexOf(' ') + 1))));
            double projected = Objects.requireNonNull(differences.get("projected: output 0"));
            assertThat(projected > 1e-4)
                    .as("whether keys and values are rounded")
                    .isEqualTo(precision != OperandPrecision.FLOAT32);
        }
    }
}
