package org.narrowbert.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.NarrowForms;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;

/** Narrow attention from keys and values, and without them, is one function. */
class NarrowFormsTest {
    private static final OpCase.Sizes SIZES = new OpCase.Sizes(17, 24, 8, 3, 23);
    private static final Extents LIMITS = new Extents(4, 4 * 23, 4 * 23, 4 * 23);

    /** Relative to a result's largest element: queries and weights of magnitude one make scores of some tens. */
    private static final double FORWARD = 1e-5;

    private static final double GRADIENT = 1e-4;

    private static final int SHAPES = 250;

    @ParameterizedTest
    @ValueSource(strings = {"reference", "vector"})
    void bothFormsAndTheirMixtureAgreeForAnyNumbersOfTokensAndNarrowRows(String backendName) {
        check(OpCase.narrowLayers(0, SIZES), backendName);
        check(OpCase.narrowLayers(0.25f, SIZES), backendName);
    }

    @Test
    void sequencesOfMoreNarrowRowsThanAGroupHoldsAgree() {
        OpCase.Sizes sizes = new OpCase.Sizes(17, 16 * 2, 8, 16, 150);
        OpCase shown = OpCase.narrowLayers(0, sizes);
        Extents limits = new Extents(2, 300, 300, 0).upTo(150);
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(3));
                OpRun projected = open(shown, NarrowAttention.PROJECTED, backend, limits);
                OpRun absorbed = open(shown, NarrowAttention.ABSORBED, backend, limits)) {
            Batch batch = AbsorbedWorkspaceTest.batch(2, 150, 140);
            Map<String, float[]> values = OpRun.randomValues(shown.graph(), batch, new Random(1));
            compare("280 narrow rows", projected.run(batch, values), absorbed.run(batch, values));
        }
    }

    static NarrowAttentionChoice choice(NarrowAttention form) {
        return new NarrowAttentionChoice(form, new CostModel(1, 1, 1, 1e9));
    }

    /** Whether some of a batch's sequences are projected and some absorbed. */
    static boolean isMixed(Batch batch, NarrowForms forms) {
        return IntStream.range(0, batch.tokens().sequences())
                        .filter(sequence ->
                                batch.narrow().start(sequence) < batch.narrow().end(sequence))
                        .mapToObj(sequence -> forms.form(
                                batch.tokens().end(sequence) - batch.tokens().start(sequence),
                                batch.narrow().end(sequence) - batch.narrow().start(sequence)))
                        .distinct()
                        .count()
                == 2;
    }

    private static void check(OpCase shown, String backendName) {
        try (Backend backend = Backends.find().named(backendName).open(new BackendOptions(2));
                OpRun projected = open(shown, NarrowAttention.PROJECTED, backend);
                OpRun absorbed = open(shown, NarrowAttention.ABSORBED, backend);
                OpRun mixed = open(shown, NarrowAttention.AUTO, backend)) {
            for (long seed = 1; seed <= SHAPES; seed++) {
                Random random = new Random(seed);
                Batch batch = new RandomBatches(SIZES.vocabulary(), 2, 4, SIZES.maxLength()).next(random);
                Map<String, float[]> values = OpRun.randomValues(shown.graph(), batch, random);
                Map<String, float[]> expected = projected.run(batch, values);
                compare(shown + " absorbed, seed " + seed, expected, absorbed.run(batch, values));
                compare(shown + " mixed, seed " + seed, expected, mixed.run(batch, values));
            }
        }
    }

    private static OpRun open(OpCase shown, NarrowAttention form, Backend backend) {
        return open(shown, form, backend, LIMITS);
    }

    private static OpRun open(OpCase shown, NarrowAttention form, Backend backend, Extents limits) {
        return OpRun.open(Plan.training(shown.graph(), limits, choice(form)), backend);
    }

    private static void compare(String where, Map<String, float[]> expected, Map<String, float[]> actual) {
        expected.forEach((name, right) -> {
            boolean isGradient = name.startsWith("gradient of ");
            double difference = difference(right, Objects.requireNonNull(actual.get(name)), isGradient ? 1 : 0.1);
            assertThat(difference).as("%s: %s", where, name).isLessThan(isGradient ? GRADIENT : FORWARD);
        });
    }

    /**
     * The largest difference of two results over the first one's largest element.
     *
     * @param least what a result's largest element counts for at least
     * @return infinity where a value is no number
     */
    static double difference(float[] expected, float[] actual, double least) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = least;
        double worst = 0;
        for (int index = 0; index < expected.length; index++) {
            largest = Math.max(largest, Math.abs(expected[index]));
            double difference = Math.abs(actual[index] - expected[index]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        return worst / largest;
    }
}
