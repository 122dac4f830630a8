package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.BlasProducts;

class NativeGemmTest {
    /** Sums of up to 300 products, added in another order than the reference's. */
    private static final double SUMS = 3 * MatrixPairs.FORWARD;

    /** Each operand is rounded by 2^-9 of itself at most; of a sum's largest term, which short sums consist of, twice that. */
    private static final double ROUNDED = 1.0 / 64;

    private static final int MOST_ROWS = 80;
    private static final int MOST_COLUMNS = 300;

    record Case(Gemm gemm, long seed) {}

    static Stream<Case> cases() {
        return Stream.of(Gemm.BLAS, Gemm.ONEDNN)
                .flatMap(gemm -> LongStream.range(0, 25).mapToObj(seed -> new Case(gemm, seed)));
    }

    /** A linear layer and its gradients, twice: computed in float32 by a kernel and in double by the reference. */
    private record Layer(
            Pair input,
            Pair weight,
            Pair bias,
            Pair output,
            Pair outputGradient,
            Pair inputGradient,
            Pair weightGradient) {
        static Layer random(MatrixPairs pairs, double tolerance) {
            SplittableRandom random = pairs.random();
            int rows = random.nextInt(MOST_ROWS);
            int in = upTo(MOST_COLUMNS, random);
            int out = upTo(MOST_COLUMNS, random);
            return new Layer(
                    pairs.input("input", rows, in),
                    pairs.input("weight", out, in),
                    pairs.input("bias", 1, out),
                    pairs.output("output", rows, out, tolerance),
                    pairs.input("outputGradient", rows, out),
                    pairs.output("inputGradient", rows, in, tolerance),
                    pairs.output("weightGradient", out, in, tolerance));
        }

        /** Computes all of it in one of the two. */
        void compute(Kernels kernels, Function<Pair, Matrix> in, boolean accumulate) {
            kernels.linear(in.apply(input), in.apply(weight), in.apply(bias), in.apply(output));
            kernels.linearInputGradient(
                    in.apply(outputGradient), in.apply(weight), in.apply(inputGradient), accumulate);
            kernels.linearWeightGradient(
                    in.apply(input), in.apply(outputGradient), in.apply(weightGradient), accumulate);
        }
    }

    /** Linear layers around a library; the test is left out, and says so, where the library is not to be had. */
    private static VectorKernels open(Gemm gemm, FixedPool pool) {
        if (gemm.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort(gemm.text() + " is not tested: " + what);
        }
        return new VectorKernels(
                pool,
                switch (gemm) {
                    case BLAS -> new BlasGemm(pool, BlasProducts.open(pool.threads()));
                    case ONEDNN -> new OneDnnGemm(pool);
                    case PANAMA -> throw new AssertionError("not a library");
                });
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
            try (VectorKernels kernels = open(shown.gemm(), pool)) {
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
            Layer layer = Layer.random(pairs, SUMS);
            boolean accumulate = pairs.random().nextBoolean();
            try (VectorKernels kernels = open(shown.gemm(), pool)) {
                layer.compute(kernels, Pair::fast, accumulate);
            }
            layer.compute(reference, Pair::exact, accumulate);
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
                try (VectorKernels kernels = open(gemm, pool)) {
                    kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
                }
                reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
            }));
        }
        assertThat(runs.get(1)).containsExactlyElementsOf(runs.getFirst());
        assertThat(runs.get(2)).containsExactlyElementsOf(runs.getFirst());
    }

    /** Parts of a product do not depend on the number of threads: many rows and columns, few rows and a column left over. */
    @ParameterizedTest
    @CsvSource({
        "300, 130, 420, false",
        "300, 130, 420, true",
        "150, 130, 577, false",
        "150, 130, 577, true",
        "16, 16, 16, true"
    })
    void oneDnnGivesTheSameBitsOnAnyNumberOfThreads(int rows, int in, int out, boolean rounds) {
        requireOneDnn();
        MatrixPairs.onAnyThreads(13, (pool, pairs, reference) -> {
            double tolerance = rounds ? ROUNDED : SUMS;
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair before = pairs.output("preActivation", rows, out, tolerance);
            Pair activated = pairs.output("activated", rows, out, tolerance);
            Layer layer = new Layer(
                    input,
                    weight,
                    bias,
                    pairs.output("output", rows, out, tolerance),
                    pairs.input("outputGradient", rows, out),
                    pairs.output("inputGradient", rows, in, tolerance),
                    pairs.output("weightGradient", out, in, tolerance));
            try (VectorKernels kernels =
                    new VectorKernels(pool, rounds ? new OneDnnBfloat16Gemm(pool) : new OneDnnGemm(pool))) {
                layer.compute(kernels, Pair::fast, true);
                kernels.linearActivation(
                        ActivationFunction.GELU,
                        input.fast(),
                        weight.fast(),
                        bias.fast(),
                        before.fast(),
                        activated.fast());
            }
            layer.compute(reference, Pair::exact, true);
            reference.linearActivation(
                    ActivationFunction.GELU,
                    input.exact(),
                    weight.exact(),
                    bias.exact(),
                    before.exact(),
                    activated.exact());
        });
    }

    private static void requireOneDnn() {
        if (Gemm.ONEDNN.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort("oneDNN is not tested: " + what);
        }
    }

    static Stream<Gemm> libraries() {
        return Stream.of(Gemm.BLAS, Gemm.ONEDNN);
    }

    /** A decoder's last chunk may have one column, and a batch one row: what oneDNN 3.8 takes for dense, wherever rows lie. */
    @ParameterizedTest
    @MethodSource("libraries")
    void aMatrixOfOneRowOrColumnWhoseElementsLieApartIsTheReferences(Gemm gemm) {
        for (int size = 0; size < 1 << 3; size++) {
            int rows = (size & 1) == 0 ? 1 : 12;
            int in = (size & 2) == 0 ? 1 : 64;
            int out = (size & 4) == 0 ? 1 : 9;
            boolean accumulate = (size & 1) == 0;
            MatrixPairs.onThreads(2, 17 + size, (pool, pairs, reference) -> {
                Pair input = pairs.input("input", rows, 3 * in);
                Pair weight = pairs.input("weight", 2 * out, in);
                Pair bias = pairs.input("bias", 1, 2 * out);
                Pair output = pairs.output("output", rows, 2 * out, SUMS);
                Pair inputGradient = pairs.output("inputGradient", rows, 3 * in, SUMS);
                Pair weightGradient = pairs.output("weightGradient", 2 * out, 3 * in, SUMS);
                try (VectorKernels kernels = open(gemm, pool)) {
                    for (Kernels each : List.of(kernels, reference)) {
                        Function<Pair, Matrix> side = each == kernels ? Pair::fast : Pair::exact;
                        Matrix inputs = side.apply(input);
                        Matrix weights = side.apply(weight);
                        for (int first : new int[] {0, out}) {
                            Matrix outputs = side.apply(output).columns(first, out);
                            each.linear(
                                    inputs.columns(in, in),
                                    weights.rows(first, out),
                                    side.apply(bias).columns(first, out),
                                    outputs);
                            each.linearInputGradient(
                                    outputs,
                                    weights.rows(first, out),
                                    side.apply(inputGradient).columns(first == 0 ? 0 : in, in),
                                    accumulate);
                            each.linearWeightGradient(
                                    inputs.columns(in, in),
                                    outputs,
                                    side.apply(weightGradient).rows(first, out).columns(in, in),
                                    accumulate);
                        }
                    }
                }
            });
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 25);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void productsOfBfloat16AreTheReferencesToTwoDigits(long seed) {
        requireOneDnn();
        MatrixPairs.onThreads(2, seed, (pool, pairs, reference) -> {
            Layer layer = Layer.random(pairs, ROUNDED);
            boolean accumulate = pairs.random().nextBoolean();
            try (VectorKernels kernels = new VectorKernels(pool, new OneDnnBfloat16Gemm(pool))) {
                layer.compute(kernels, Pair::fast, accumulate);
            }
            layer.compute(reference, Pair::exact, accumulate);
        });
    }

    @Test
    void weightsThatAreKeptRoundedGiveTheSameBits() {
        requireOneDnn();
        MatrixPairs.onThreads(2, 8, (pool, pairs, reference) -> {
            Pair input = pairs.input("input", 33, 100);
            Pair weight = pairs.input("weight", 451, 100);
            Pair bias = pairs.input("bias", 1, 451);
            Pair output = pairs.output("output", 33, 451, ROUNDED);
            Matrix again = pairs.scratch(33, 451);
            try (VectorKernels kernels = new VectorKernels(pool, new OneDnnBfloat16Gemm(pool))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
                try (PackedWeights kept = kernels.keepPacked(List.of(weight.fast()))) {
                    assertThat(kept.bytes()).isZero();
                    for (int round = 0; round < 2; round++) {
                        again.fill(0);
                        kernels.linear(input.fast(), weight.fast(), bias.fast(), again);
                        assertThat(again.toArray()).isEqualTo(output.fast().toArray());
                        assertThat(kept.bytes()).isPositive();
                    }
                }
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
        });
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
            try (VectorKernels kernels = open(Gemm.ONEDNN, pool)) {
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
