package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.BlasProducts;
import org.narrowbert.ffm.matrix.OneDnnProducts;

class NativeGemmTest {
    /** Sums of up to 300 products, added in another order than the reference's. */
    private static final double SUMS = 3 * MatrixPairs.FORWARD;

    private static final int MOST_ROWS = 80;
    private static final int MOST_COLUMNS = 300;

    record Case(Gemm gemm, long seed) {}

    static Stream<Case> cases() {
        return Stream.of(Gemm.BLAS, Gemm.ONEDNN)
                .flatMap(gemm -> LongStream.range(0, 25).mapToObj(seed -> new Case(gemm, seed)));
    }

    /** Linear layers around a library; the test is left out, and says so, where the library is not to be had. */
    private static LinearKernels open(Gemm gemm, FixedPool pool) {
        if (gemm.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort(gemm.text() + " is not tested: " + what);
        }
        return new LinearKernels(
                pool,
                new NativeGemm(
                        pool,
                        switch (gemm) {
                            case BLAS -> BlasProducts.open(pool.threads());
                            case ONEDNN -> OneDnnProducts.open(pool.threads());
                            case PANAMA -> throw new AssertionError("not a library");
                        }));
    }

    private static int upTo(int most, SplittableRandom random) {
        return 1 + random.nextInt(most);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void activatedLayersAreTheReferences(Case shown) {
        ActivationFunction[] functions = ActivationFunction.values();
        MatrixPairs.onThreads(2, shown.seed(), (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            ActivationFunction function = functions[random.nextInt(functions.length)];
            int rows = random.nextInt(MOST_ROWS);
            int in = upTo(MOST_COLUMNS, random);
            int out = upTo(MOST_COLUMNS, random);
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair linear = pairs.output("linear", rows, out, SUMS);
            Pair before = pairs.output("preActivation", rows, out, SUMS);
            Pair output = pairs.output("output", rows, out, SUMS);
            try (LinearKernels kernels = open(shown.gemm(), pool)) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), linear.fast());
                kernels.linearActivation(
                        function, input.fast(), weight.fast(), bias.fast(), before.fast(), output.fast());
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), linear.exact());
            reference.linearActivation(
                    function, input.exact(), weight.exact(), bias.exact(), before.exact(), output.exact());
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreTheReferencesInPlaceOfWhatWasThereOrAddedToIt(Case shown) {
        MatrixPairs.onThreads(2, shown.seed(), (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = random.nextInt(MOST_ROWS);
            int in = upTo(MOST_COLUMNS, random);
            int out = upTo(MOST_COLUMNS, random);
            boolean accumulate = random.nextBoolean();
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair outputGradient = pairs.input("outputGradient", rows, out);
            Pair inputGradient = pairs.output("inputGradient", rows, in, SUMS);
            Pair weightGradient = pairs.output("weightGradient", out, in, SUMS);
            try (LinearKernels kernels = open(shown.gemm(), pool)) {
                kernels.linearInputGradient(outputGradient.fast(), weight.fast(), inputGradient.fast(), accumulate);
                kernels.linearWeightGradient(input.fast(), outputGradient.fast(), weightGradient.fast(), accumulate);
            }
            reference.linearInputGradient(outputGradient.exact(), weight.exact(), inputGradient.exact(), accumulate);
            reference.linearWeightGradient(input.exact(), outputGradient.exact(), weightGradient.exact(), accumulate);
        });
    }

    /** What a run promises with a native library. */
    @ParameterizedTest
    @MethodSource("libraries")
    void theSameLibraryOnTheSameNumberOfThreadsGivesTheSameBits(Gemm gemm) {
        List<List<float[]>> runs = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            runs.add(MatrixPairs.onThreads(2, 11, (pool, pairs, reference) -> {
                Pair input = pairs.input("input", 200, 256);
                Pair weight = pairs.input("weight", 320, 256);
                Pair bias = pairs.input("bias", 1, 320);
                Pair output = pairs.output("output", 200, 320, SUMS);
                try (LinearKernels kernels = open(gemm, pool)) {
                    kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
                }
                reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
            }));
        }
        assertThat(runs.get(1)).containsExactlyElementsOf(runs.getFirst());
        assertThat(runs.get(2)).containsExactlyElementsOf(runs.getFirst());
    }

    static Stream<Gemm> libraries() {
        return Stream.of(Gemm.BLAS, Gemm.ONEDNN);
    }

    /** More shapes than are kept compiled: those let go are compiled again. */
    @Test
    void moreShapesThanAreKeptAreComputedAllTheSame() {
        MatrixPairs.onThreads(1, 3, (pool, pairs, reference) -> {
            int most = 1100;
            Pair input = pairs.input("input", most, 4);
            Pair weight = pairs.input("weight", 4, 4);
            Pair bias = pairs.input("bias", 1, 4);
            Pair output = pairs.output("output", most, 4, SUMS);
            try (LinearKernels kernels = open(Gemm.ONEDNN, pool)) {
                for (int round = 0; round < 2; round++) {
                    for (int rows = 1; rows <= most; rows++) {
                        kernels.linear(
                                input.fast().rows(0, rows),
                                weight.fast(),
                                bias.fast(),
                                output.fast().rows(0, rows));
                    }
                }
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
        });
    }
}
