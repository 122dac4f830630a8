package org.narrowbert.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;

class ReferenceGradientTest {
    /** Central differences in double with this step are good to about 1e-9 of the function's size. */
    private static final double STEP = 1e-5;

    /** Gradients are read back as float32. */
    private static final double TOLERANCE = 2e-6;

    private static final OpCase.Sizes SIZES = new OpCase.Sizes(11, 6, 5, 2, 7);
    private static final RandomBatches BATCHES = new RandomBatches(11, 2, 3, 7);
    private static final Extents LIMITS = new Extents(3, 21, 21, 21);

    static List<OpCase> cases() {
        return OpCase.all(SIZES);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyGradientOfTheReferenceEqualsFiniteDifferences(OpCase opCase) {
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                OpRun run = OpRun.open(opCase.graph(), LIMITS, backend)) {
            for (long seed = 1; seed <= 20; seed++) {
                check(opCase, run, seed);
            }
        }
    }

    private static void check(OpCase opCase, OpRun run, long seed) {
        Random random = new Random(seed);
        Batch batch = BATCHES.next(random);
        Map<String, float[]> values = OpRun.randomValues(opCase.graph(), batch, random);
        Map<String, float[]> results = run.run(batch, values);
        Set<String> names = new LinkedHashSet<>();
        opCase.graph().inputs().stream().map(Activation::name).forEach(names::add);
        opCase.graph().parameters().stream().map(Parameter::name).forEach(names::add);
        for (String name : names) {
            float[] gradient = Objects.requireNonNull(results.get("gradient of " + name));
            double largest = 1;
            for (float value : gradient) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int index = 0; index < gradient.length; index++) {
                double above = run.objective(batch, values, name, index, STEP);
                double below = run.objective(batch, values, name, index, -STEP);
                assertThat((above - below) / (2 * STEP))
                        .as("%s: gradient of %s[%d], seed %d", opCase, name, index, seed)
                        .isCloseTo(gradient[index], within(TOLERANCE * largest));
            }
        }
    }

    @Test
    void noOpOfTheForwardPassIsWithoutACase() {
        Set<Class<?>> shown = new HashSet<>();
        cases().forEach(opCase -> opCase.graph().ops().forEach(op -> shown.add(op.getClass())));
        assertThat(shown).containsExactlyInAnyOrder(Op.Differentiable.class.getPermittedSubclasses());
    }
}
