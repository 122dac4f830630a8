package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

class LinearKernelsTest {
    private static final int[] ROWS = {0, 1, 2, 5, 6, 7, 13, 31, 64, 97, 211};
    private static final int[] COLUMNS = {1, 2, 7, 16, 31, 64, 65, 127, 130, 256, 1031};
    private static final List<ActivationFunction> FUNCTIONS = List.of(ActivationFunction.values());
    private static final int MOST_PRODUCTS = 1_500_000;
    private static final int[] LONG_DEPTHS = {767, 768, 769, 1537};

    static LongStream seeds() {
        return LongStream.range(0, 16);
    }

    /** The widths this machine has. */
    static IntStream widths() {
        return IntStream.of(128, 256, 512).filter(bits -> bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aLinearLayerIsTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = any(ROWS, random);
            int in = random.nextInt(4) == 0 ? any(LONG_DEPTHS, random) : any(COLUMNS, random);
            int out = outFor(rows, in, random);
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair output = pairs.output("output", rows, out, tolerance(in));
            try (LinearKernels kernels = new LinearKernels(pool, anyWidth(random))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anActivatedLayerAndItsGradientAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            ActivationFunction function = FUNCTIONS.get((int) (seed % FUNCTIONS.size()));
            int rows = any(ROWS, random);
            int in = any(COLUMNS, random);
            int out = outFor(rows, in, random);
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair before = pairs.output("preActivation", rows, out, tolerance(in));
            Pair output = pairs.output("output", rows, out, tolerance(in));
            Pair inPlace = pairs.output("output in place", rows, out, tolerance(in));
            Pair given = pairs.input("given preActivation", rows, out);
            Pair outputGradient = pairs.input("outputGradient", rows, out);
            Pair gradient = pairs.output("gradient", rows, out, FORWARD);
            try (LinearKernels kernels = new LinearKernels(pool, anyWidth(random))) {
                kernels.linearActivation(
                        function, input.fast(), weight.fast(), bias.fast(), before.fast(), output.fast());
                kernels.linearActivation(
                        function, input.fast(), weight.fast(), bias.fast(), inPlace.fast(), inPlace.fast());
                kernels.activationGradient(function, given.fast(), outputGradient.fast(), gradient.fast());
            }
            reference.linearActivation(
                    function, input.exact(), weight.exact(), bias.exact(), before.exact(), output.exact());
            reference.linearActivation(
                    function, input.exact(), weight.exact(), bias.exact(), inPlace.exact(), inPlace.exact());
            reference.activationGradient(function, given.exact(), outputGradient.exact(), gradient.exact());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void weightsThatAreKeptPackedGiveTheSameBits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int in = any(LONG_DEPTHS, random);
        int out = any(COLUMNS, random);
        try (FixedPool pool = FixedPool.open(1 + random.nextInt(3));
                Buffer floats = Buffer.open(ElementType.FLOAT32, 64L * in + (long) out * in + out + 2 * 64L * out);
                LinearKernels kernels = new LinearKernels(pool, anyWidth(random))) {
            Matrix input = Matrix.dense(floats, 0, 64, in);
            Matrix weight = Matrix.dense(floats, 64L * in, out, in);
            Matrix bias = Matrix.dense(floats, 64L * in + (long) out * in, 1, out);
            long outputs = 64L * in + (long) out * in + out;
            Matrix plain = Matrix.dense(floats, outputs, 64, out);
            Matrix packed = Matrix.dense(floats, outputs + 64L * out, 64, out);
            fill(random, input, weight, bias);
            try (PackedWeights kept = kernels.keepPacked(List.of(weight))) {
                assertThat(kept.bytes()).isZero();
                for (int rows : new int[] {64, 1, 37}) {
                    kernels.linear(input.rows(0, rows), weight, bias, packed.rows(0, rows));
                }
                assertThat(kept.bytes()).isGreaterThanOrEqualTo((long) out * in * Float.BYTES);
                kernels.linear(input, weight, bias, packed);

                // Half of a weight begins where the whole does, and is another one.
                Matrix half = weight.rows(0, Math.max(1, out / 2));
                Matrix halfBias = Matrix.dense(floats, 64L * in + (long) out * in, 1, half.rows());
                Matrix halfPlain = Matrix.dense(floats, outputs, 1, half.rows());
                kernels.linear(input.rows(0, 1), half, halfBias, halfPlain);
                assertThat(halfPlain.toArray())
                        .isEqualTo(Arrays.copyOf(packed.rows(0, 1).toArray(), half.rows()));
            }
            kernels.linear(input, weight, bias, plain);
            assertThat(packed.toArray()).isEqualTo(plain.toArray());

            fill(random, weight);
            kernels.linear(input, weight, bias, plain);
            assertThat(packed.toArray()).isNotEqualTo(plain.toArray());
        }
    }

    private static void fill(SplittableRandom random, Matrix... matrices) {
        for (Matrix matrix : matrices) {
            for (int row = 0; row < matrix.rows(); row++) {
                for (int column = 0; column < matrix.columns(); column++) {
                    matrix.set(row, column, random.nextDouble() - 0.5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theGradientsOfALinearLayerAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = random.nextInt(4) == 0 ? any(LONG_DEPTHS, random) : any(ROWS, random);
            int in = any(COLUMNS, random);
            int out = outFor(rows, in, random);
            boolean accumulate = random.nextBoolean();
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair outputGradient = pairs.input("outputGradient", rows, out);
            Pair inputGradient = pairs.output("inputGradient", rows, in, tolerance(out));
            Pair weightGradient = pairs.output("weightGradient", out, in, tolerance(rows));
            Pair biasGradient = pairs.output("biasGradient", 1, out, tolerance(rows));
            try (LinearKernels kernels = new LinearKernels(pool, anyWidth(random))) {
                kernels.linearInputGradient(outputGradient.fast(), weight.fast(), inputGradient.fast(), accumulate);
                kernels.linearWeightGradient(input.fast(), outputGradient.fast(), weightGradient.fast(), accumulate);
                kernels.biasGradient(outputGradient.fast(), biasGradient.fast(), accumulate);
            }
            reference.linearInputGradient(outputGradient.exact(), weight.exact(), inputGradient.exact(), accumulate);
            reference.linearWeightGradient(input.exact(), outputGradient.exact(), weightGradient.exact(), accumulate);
            reference.biasGradient(outputGradient.exact(), biasGradient.exact(), accumulate);
        });
    }

    @Test
    void productsThatDoNotFitTheWorkspaceAtOnceAreTheReferences() {
        MatrixPairs.onAnyThreads(5, (pool, pairs, reference) -> {
            Pair input = pairs.input("input", 2, 6000);
            Pair weight = pairs.input("weight", 800, 6000);
            Pair bias = pairs.input("bias", 1, 800);
            Pair output = pairs.output("output", 2, 800, tolerance(6000));
            try (LinearKernels kernels = new LinearKernels(pool, anyWidth(pairs.random()))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
            }
            reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void weightsWhoseRowsAreWholePagesApartAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            boolean deep = seed == 1;
            int out = deep ? 800 : 20;
            int rows = 15 + pairs.random().nextInt(deep ? 10 : 250);
            Pair weight = pairs.input("weight", out, 1024);
            Pair outputGradient = pairs.input("outputGradient", rows, out);
            Pair inputGradient = pairs.output("inputGradient", rows, 1024, tolerance(out));
            try (LinearKernels kernels = new LinearKernels(pool, anyWidth(pairs.random()))) {
                kernels.linearInputGradient(outputGradient.fast(), weight.fast(), inputGradient.fast(), true);
            }
            reference.linearInputGradient(outputGradient.exact(), weight.exact(), inputGradient.exact(), true);
        });
    }

    @Test
    void aRowsResultIsTheSameBitsAloneAndAmongOthers() {
        try (Sizes sizes = new Sizes(41, 900, 130);
                FixedPool pool = FixedPool.open(2)) {
            widths().forEach(bits -> {
                try (LinearKernels kernels = new LinearKernels(pool, bits)) {
                    sizes.forward(kernels, 0, 41);
                    float[] together = sizes.output.toArray();
                    for (int row = 0; row < 41; row++) {
                        sizes.output.fill(Double.NaN);
                        sizes.forward(kernels, row, 1);
                        assertThat(sizes.output.rows(row, 1).toArray())
                                .as("row %s, %s bits", row, bits)
                                .isEqualTo(Arrays.copyOfRange(together, row * 130, (row + 1) * 130));
                    }
                }
            });
        }
    }

    @Test
    void everyVectorWidthGivesTheSameBits() {
        try (Sizes sizes = new Sizes(50, 333, 70);
                FixedPool pool = FixedPool.open(2)) {
            float[][] results = widths().mapToObj(bits -> {
                        try (LinearKernels kernels = new LinearKernels(pool, bits)) {
                            sizes.forward(kernels, 0, 50);
                            return sizes.output.toArray();
                        }
                    })
                    .toArray(float[][]::new);
            for (float[] result : results) {
                assertThat(result).isEqualTo(results[0]);
            }
        }
    }

    @Test
    void aLayerOfNoInputsIsItsBias() {
        try (Sizes sizes = new Sizes(7, 0, 9);
                FixedPool pool = FixedPool.open(1);
                LinearKernels kernels = new LinearKernels(pool, 128)) {
            sizes.forward(kernels, 0, 7);
            assertThat(sizes.output.rows(6, 1).toArray()).isEqualTo(sizes.bias.toArray());
        }
    }

    @Test
    void whatIsNotANumberStaysSoThroughEveryActivation() {
        try (Sizes sizes = new Sizes(1, 4, 40);
                FixedPool pool = FixedPool.open(1);
                LinearKernels kernels = new LinearKernels(pool, 128)) {
            sizes.bias.set(0, 3, Float.NaN);
            for (ActivationFunction function : FUNCTIONS) {
                kernels.linearActivation(function, sizes.input, sizes.weight, sizes.bias, sizes.output, sizes.output);
                assertThat(sizes.output.get(0, 3)).as("%s", function).isNaN();
                assertThat(sizes.output.get(0, 4)).as("%s", function).isFinite();
            }
        }
    }

    @Test
    void matricesThatDoNotFitTogetherAreNamedWithTheirShapes() {
        try (Sizes sizes = new Sizes(4, 5, 6);
                FixedPool pool = FixedPool.open(1);
                LinearKernels kernels = new LinearKernels(pool, 128)) {
            assertThatThrownBy(() -> kernels.linear(sizes.input, sizes.output, sizes.bias, sizes.output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("weight is [4, 6], [4, 5] is needed");
            assertThatThrownBy(() -> kernels.linear(sizes.input, sizes.weight, sizes.bias, sizes.input))
                    .hasMessage("output is [4, 5], [4, 6] is needed");
            assertThatThrownBy(() -> kernels.linearWeightGradient(sizes.input, sizes.weight, sizes.weight, false))
                    .hasMessageContaining("outputGradient is [6, 5]");
        }
    }

    /** Rounding of a sum of {@code terms} products of normal values, of which what remains may be as small as one of them. */
    private static double tolerance(int terms) {
        return FORWARD * Math.max(1, Math.sqrt(terms));
    }

    /** A number of outputs with which the reference needs no noticeable time. */
    private static int outFor(int rows, int in, SplittableRandom random) {
        return Math.min(any(COLUMNS, random), 1 + MOST_PRODUCTS / (rows * in + 1));
    }

    private static int any(int[] sizes, SplittableRandom random) {
        return sizes[random.nextInt(sizes.length)];
    }

    private static int anyWidth(SplittableRandom random) {
        return any(widths().toArray(), random);
    }

    /** One layer with normal values. */
    private static final class Sizes implements AutoCloseable {
        private final Buffer buffer;
        private final Matrix input;
        private final Matrix weight;
        private final Matrix bias;
        private final Matrix output;

        Sizes(int rows, int in, int out) {
            buffer = Buffer.open(ElementType.FLOAT32, (long) rows * in + (long) out * in + out + (long) rows * out);
            input = Matrix.dense(buffer, 0, rows, in);
            weight = Matrix.dense(buffer, input.size(), out, in);
            bias = Matrix.dense(buffer, input.size() + weight.size(), 1, out);
            output = Matrix.dense(buffer, input.size() + weight.size() + out, rows, out);
            SplittableRandom random = new SplittableRandom(1);
            for (Matrix matrix : new Matrix[] {input, weight, bias}) {
                for (int row = 0; row < matrix.rows(); row++) {
                    for (int column = 0; column < matrix.columns(); column++) {
                        matrix.set(row, column, random.nextGaussian());
                    }
                }
            }
        }

        void forward(LinearKernels kernels, int first, int count) {
            kernels.linear(input.rows(first, count), weight, bias, output.rows(first, count));
        }

        @Override
        public void close() {
            buffer.close();
        }
    }
}
