package org.narrowbert.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;

/** Every op with its gradients, through graph, plan and session, on every backend against the reference. */
class BackendContractTest {
    /** Float32 has a relative precision of 6e-8; sums of up to some hundred terms of both signs lose two to three digits of it. */
    private static final double FORWARD = 2e-5;

    /** Gradients are sums of products of such sums. */
    private static final double GRADIENT = 2e-4;

    /** Operands are of magnitude one: a result far below that is what cancellation left, and has the errors of its terms. */
    private static final double SMALLEST = 0.01;

    private static final int SEEDS = 25;

    /** Only the products differ from those of Java, and each seed meets all their shapes. */
    private static final int NATIVE_SEEDS = 5;

    /** Sizes that fill vectors of 512 bits, that fill none, and that are smaller than one. */
    private static final List<OpCase.Sizes> SIZES = List.of(
            new OpCase.Sizes(211, 64, 96, 2, 70),
            new OpCase.Sizes(97, 39, 53, 3, 33),
            new OpCase.Sizes(13, 6, 5, 2, 9));

    record Case(OpCase op, OpCase.Sizes sizes) {
        @Override
        public String toString() {
            return op + " at hidden size " + sizes.hidden();
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (OpCase.Sizes sizes : SIZES) {
            OpCase.all(sizes).forEach(op -> cases.add(new Case(op, sizes)));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theVectorBackendComputesWhatTheReferenceDoes(Case shown) {
        checkAgainstReference(shown, new BackendOptions(2), SEEDS);
    }

    private static void checkAgainstReference(Case shown, BackendOptions options, int seeds) {
        int length = shown.sizes().maxLength();
        Extents limits = new Extents(4, 4 * length, 4 * length, 4 * length);
        try (Backend reference = Backends.find().named("reference").open(new BackendOptions(1));
                Backend vector = Backends.find().named("vector").open(options);
                OpRun expected = OpRun.open(shown.op().graph(), limits, reference);
                OpRun actual = OpRun.open(shown.op().graph(), limits, vector)) {
            for (long seed = 1; seed <= seeds; seed++) {
                Random random = new Random(seed);
                Batch batch = new RandomBatches(shown.sizes().vocabulary(), 2, 4, length).next(random);
                Map<String, float[]> values = OpRun.randomValues(shown.op().graph(), batch, random);
                compare(shown + ", seed " + seed, expected.run(batch, values), actual.run(batch, values));
            }
        }
    }

    static List<NativeCase> nativeCases() {
        return Stream.of(Gemm.BLAS, Gemm.ONEDNN)
                .flatMap(gemm -> cases().stream().map(shown -> new NativeCase(gemm, shown)))
                .toList();
    }

    record NativeCase(Gemm gemm, Case shown) {
        @Override
        public String toString() {
            return gemm.text() + ", " + shown;
        }
    }

    @ParameterizedTest
    @MethodSource("nativeCases")
    void aNativeLibraryComputesWhatTheReferenceDoes(NativeCase nativeCase) {
        if (nativeCase.gemm().availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort(nativeCase.gemm().text() + " is not tested: " + what);
        }
        checkAgainstReference(nativeCase.shown(), new BackendOptions(2, nativeCase.gemm()), NATIVE_SEEDS);
    }

    private static void compare(String where, Map<String, float[]> expected, Map<String, float[]> actual) {
        expected.forEach((name, right) -> {
            float[] values = Objects.requireNonNull(actual.get(name));
            double largest = SMALLEST;
            double worst = 0;
            for (int index = 0; index < right.length; index++) {
                largest = Math.max(largest, Math.abs(right[index]));
                double difference = Math.abs(values[index] - right[index]);
                worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
            }
            double tolerance = name.startsWith("gradient of ") ? GRADIENT : FORWARD;
            assertThat(worst / largest).as("%s: %s", where, name).isLessThan(tolerance);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theNumberOfThreadsChangesNoBit(Case shown) {
        int length = shown.sizes().maxLength();
        Extents limits = new Extents(4, 4 * length, 4 * length, 4 * length);
        Random random = new Random(5);
        Batch batch = new RandomBatches(shown.sizes().vocabulary(), 2, 4, length).next(random);
        Map<String, float[]> values = OpRun.randomValues(shown.op().graph(), batch, random);
        List<Map<String, float[]>> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 7}) {
            try (Backend vector = Backends.find().named("vector").open(new BackendOptions(threads));
                    OpRun run = OpRun.open(shown.op().graph(), limits, vector)) {
                results.add(run.run(batch, values));
            }
        }
        results.getFirst().forEach((name, bits) -> {
            assertThat(results.get(1).get(name)).as("%s on 2 threads", name).isEqualTo(bits);
            assertThat(results.get(2).get(name)).as("%s on 7 threads", name).isEqualTo(bits);
        });
    }
}
