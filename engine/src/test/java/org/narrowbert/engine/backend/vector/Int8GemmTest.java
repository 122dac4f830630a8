package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Int8Products;

class Int8GemmTest {
    private static final int MOST_ROWS = 70;
    private static final int MOST_COLUMNS = 300;

    /** Sums of up to 300 products in float32, in another order than the reference's. */
    private static final double SUMS = 3 * MatrixPairs.FORWARD;

    /** Compared by a bound of its own. */
    private static final double ANYTHING = Double.MAX_VALUE;

    /** Rounding of what is quantized, and of the float that is made of a sum: far below a step. */
    private static final double FLOAT32 = 1e-3;

    @BeforeEach
    void needsOneDnn() {
        if (Gemm.ONEDNN.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            abort("int8 is not tested: " + what);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 25);
    }

    private static int largestWeight(FixedPool pool) {
        try (Int8Products products = Int8Products.open(pool.threads())) {
            return products.largestWeight();
        }
    }

    /** The largest that half a step in each weight and each input can do to a sum. */
    private static double bound(Matrix input, int row, Matrix weight, int column, int largestWeight) {
        double weightStep = 0;
        double least = 0;
        double largest = 0;
        for (int k = 0; k < input.columns(); k++) {
            weightStep = Math.max(weightStep, Math.abs(weight.get(column, k)) / largestWeight);
            least = Math.min(least, input.get(row, k));
            largest = Math.max(largest, input.get(row, k));
        }
        double inputStep = (largest - least) / 255;
        double bound = 0;
        for (int k = 0; k < input.columns(); k++) {
            bound += Math.abs(input.get(row, k)) * weightStep / 2
                    + Math.abs(weight.get(column, k)) * inputStep / 2
                    + weightStep * inputStep / 4;
        }
        return bound * (1 + FLOAT32) + FLOAT32 * weightStep;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void layersOfKeptWeightsAreTheReferencesWithinHalfAStepOfEachFactor(long seed) {
        MatrixPairs.onThreads(2, seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = random.nextInt(MOST_ROWS);
            int in = 1 + random.nextInt(MOST_COLUMNS);
            int out = 1 + random.nextInt(MOST_COLUMNS);
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair linear = pairs.output("linear", rows, out, ANYTHING);
            Pair before = pairs.output("preActivation", rows, out, ANYTHING);
            Pair output = pairs.output("output", rows, out, ANYTHING);
            try (LinearKernels kernels = new LinearKernels(pool, Int8Gemm.open(pool));
                    PackedWeights kept = kernels.keepPacked(List.of(weight.fast()))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), linear.fast());
                kernels.linearActivation(
                        ActivationFunction.RELU,
                        input.fast(),
                        weight.fast(),
                        bias.fast(),
                        before.fast(),
                        output.fast());
                assertThat(kept.bytes()).isEqualTo(rows == 0 || out == 1 ? 0 : keptBytes(out, in));
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), linear.exact());
            int largest = largestWeight(pool);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < out; column++) {
                    double bound = bound(input.exact(), row, weight.exact(), column, largest);
                    double value = linear.fast().get(row, column);
                    assertThat(value)
                            .as("seed %d, (%d, %d)", seed, row, column)
                            .isCloseTo(linear.exact().get(row, column), Offset.offset(bound));
                    assertThat(before.fast().get(row, column)).isEqualTo(value);
                    assertThat(output.fast().get(row, column)).isEqualTo(Math.max(0, value));
                }
            }
        });
    }

    private static long keptBytes(int out, int in) {
        return out * (Int8Row.padded(in) + 2L * Float.BYTES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allOtherProductsAreOfFloat32(long seed) {
        MatrixPairs.onThreads(2, seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = random.nextInt(MOST_ROWS);
            int in = 1 + random.nextInt(MOST_COLUMNS);
            int out = 1 + random.nextInt(MOST_COLUMNS);
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair other = pairs.input("weight that is not kept", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair linear = pairs.output("linear", rows, out, SUMS);
            Pair letGo = pairs.output("linear after the weight was let go", rows, out, SUMS);
            Pair inputGradient = pairs.output("inputGradient", rows, in, SUMS);
            Pair weightGradient = pairs.output("weightGradient", out, in, SUMS);
            try (LinearKernels kernels = new LinearKernels(pool, Int8Gemm.open(pool))) {
                try (PackedWeights _ = kernels.keepPacked(List.of(weight.fast()))) {
                    kernels.linear(input.fast(), other.fast(), bias.fast(), linear.fast());
                    kernels.linear(input.fast(), weight.fast(), bias.fast(), letGo.fast());
                    kernels.linearInputGradient(linear.fast(), weight.fast(), inputGradient.fast(), false);
                    kernels.linearWeightGradient(input.fast(), linear.fast(), weightGradient.fast(), true);
                }
                kernels.linear(input.fast(), weight.fast(), bias.fast(), letGo.fast());
            }
            reference.linear(input.exact(), other.exact(), bias.exact(), linear.exact());
            reference.linear(input.exact(), weight.exact(), bias.exact(), letGo.exact());
            reference.linearInputGradient(linear.exact(), weight.exact(), inputGradient.exact(), false);
            reference.linearWeightGradient(input.exact(), linear.exact(), weightGradient.exact(), true);
        });
    }

    /** Sums are of ints and every row is by itself: nothing is left that threads or neighbours could change. */
    @Test
    void bitsAreTheSameForAnyNumberOfThreadsAndWhateverTheRowsBeside() {
        MatrixPairs.onAnyThreads(5, (pool, pairs, reference) -> {
            Pair input = pairs.input("input", 270, 200);
            Pair weight = pairs.input("weight", 430, 200);
            Pair bias = pairs.input("bias", 1, 430);
            Pair output = pairs.output("output", 270, 430, ANYTHING);
            Matrix alone = pairs.scratch(1, 430);
            try (LinearKernels kernels = new LinearKernels(pool, Int8Gemm.open(pool));
                    PackedWeights _ = kernels.keepPacked(List.of(weight.fast()))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
                kernels.linear(input.fast().rows(47, 1), weight.fast(), bias.fast(), alone);
            }
            assertThat(alone.toArray()).isEqualTo(output.fast().rows(47, 1).toArray());
        });
    }

    @Test
    void whatIsNotANumberStaysSoAndZeroesGiveTheBias() {
        MatrixPairs.onThreads(2, 6, (pool, pairs, reference) -> {
            Matrix input = pairs.scratch(3, 40);
            Matrix weight = pairs.scratch(20, 40);
            Matrix bias = pairs.scratch(1, 20);
            Matrix output = pairs.scratch(3, 20);
            input.rows(0, 1).fill(0);
            input.set(2, 39, Double.NaN);
            weight.rows(7, 1).fill(0);
            try (LinearKernels kernels = new LinearKernels(pool, Int8Gemm.open(pool));
                    PackedWeights _ = kernels.keepPacked(List.of(weight))) {
                kernels.linear(input, weight, bias, output);
            }
            assertThat(output.rows(0, 1).toArray()).isEqualTo(bias.toArray());
            assertThat(output.get(1, 7)).isEqualTo(bias.get(0, 7));
            assertThat(output.get(1, 8)).isNotNaN().isNotEqualTo(bias.get(0, 8));
            for (int column = 0; column < output.columns(); column++) {
                assertThat(output.get(2, column)).isNaN();
            }
            // What compares all matrices afterwards takes no number to be wrong.
            input.fill(0);
            output.fill(0);
        });
    }
}
