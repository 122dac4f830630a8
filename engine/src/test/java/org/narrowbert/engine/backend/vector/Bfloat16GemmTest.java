package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

class Bfloat16GemmTest {
    /** Few that are multiplied as they lie, more that panels are widened for, and more than one task's. */
    private static final int[] ROWS = {1, 2, 5, 16, 31, 48, 49, 64, 97, 211};

    private static final int[] COLUMNS = {1, 7, 16, 31, 64, 65, 130, 256, 1031};
    private static final int[] DEPTHS = {0, 1, 7, 16, 63, 130, 256, 767, 768, 769, 1537};
    private static final List<ActivationFunction> FUNCTIONS = List.of(ActivationFunction.values());
    private static final int MOST_PRODUCTS = 1_500_000;

    /** Columns of a panel of 512 bits, and some: the kernels of that width need no processor that has it, only time. */
    private static final int WIDE_COLUMNS = 70;

    static LongStream seeds() {
        return LongStream.range(0, 24);
    }

    /** A float32 to 8 bits of mantissa, to even where it lies in the middle, by way of doubles. */
    private static double rounded(double value) {
        double step = Math.scalb(1.0, Math.getExponent(value) - 7);
        return Math.rint(value / step) * step;
    }

    private static void round(Matrix weight) {
        for (int row = 0; row < weight.rows(); row++) {
            for (int column = 0; column < weight.columns(); column++) {
                weight.set(row, column, rounded(weight.get(row, column)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aLayerIsTheReferencesWithRoundedWeightsOnAnyThreads(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            ActivationFunction function = FUNCTIONS.get((int) (seed % FUNCTIONS.size()));
            int rows = any(ROWS, random);
            int in = any(DEPTHS, random);
            int out = Math.min(any(COLUMNS, random), 1 + MOST_PRODUCTS / (rows * in + 1));
            Pair input = pairs.input("input", rows, in);
            Pair weight = pairs.input("weight", out, in);
            Pair bias = pairs.input("bias", 1, out);
            Pair output = pairs.output("output", rows, out, FORWARD * Math.max(1, Math.sqrt(in)));
            Pair activated = pairs.output("activated", rows, out, FORWARD * Math.max(1, Math.sqrt(in)));
            Bfloat16Gemm products = new Bfloat16Gemm(pool, anyWidth(random));
            try (LinearKernels kernels = new LinearKernels(pool, products);
                    PackedWeights kept = kernels.keepPacked(List.of(weight.fast()))) {
                kernels.linear(input.fast(), weight.fast(), bias.fast(), output.fast());
                kernels.linearActivation(
                        function, input.fast(), weight.fast(), bias.fast(), activated.fast(), activated.fast());
                assertThat(kept.bytes()).isGreaterThanOrEqualTo(2L * in * out);
            }
            round(weight.exact());
            reference.linear(input.exact(), weight.exact(), bias.exact(), output.exact());
            reference.linearActivation(
                    function, input.exact(), weight.exact(), bias.exact(), activated.exact(), activated.exact());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theBitsAreThoseOfFloat32ProductsWithRoundedWeightsForAnyRowsAndWidth(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int in = any(DEPTHS, random);
        int out = any(COLUMNS, random);
        int most = Math.clamp(MOST_PRODUCTS / (in * out + 1), 1, 211);
        try (Layer layer = new Layer(most, in, out, random);
                FixedPool pool = FixedPool.open(1 + random.nextInt(3));
                GemmDriver exact = new GemmDriver(pool, VectorWidth.bits())) {
            float[][] results = LinearKernelsTest.widths()
                    .mapToObj(bits -> layer.keptRounded(pool, bits, most))
                    .toArray(float[][]::new);
            float[] few = layer.keptRounded(pool, VectorWidth.bits(), 1);
            float[] plain = layer.plainLoops(pool);
            round(layer.weight);
            layer.multiply(exact, most);
            float[] expected = layer.output.toArray();
            for (float[] result : results) {
                assertThat(result).isEqualTo(expected);
            }
            assertThat(plain).isEqualTo(expected);
            assertThat(Arrays.copyOf(few, out)).isEqualTo(Arrays.copyOf(expected, out));
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 21", "60, 9"})
    void vectorsOf512BitsGiveTheSameBits(int rows, int depth) {
        SplittableRandom random = new SplittableRandom(depth);
        try (Layer layer = new Layer(rows, depth, WIDE_COLUMNS, random);
                FixedPool pool = FixedPool.open(2)) {
            assertThat(layer.keptRounded(pool, 512, rows)).isEqualTo(layer.keptRounded(pool, 128, rows));
        }
    }

    @Test
    void weightsThatAreNotKeptAreNotRounded() {
        SplittableRandom random = new SplittableRandom(3);
        try (Layer layer = new Layer(20, 100, 40, random);
                FixedPool pool = FixedPool.open(2);
                GemmDriver exact = new GemmDriver(pool, VectorWidth.bits());
                Bfloat16Gemm rounding = new Bfloat16Gemm(pool, VectorWidth.bits())) {
            layer.multiply(exact, 20);
            float[] expected = layer.output.toArray();
            try (PackedWeights _ = rounding.keepPacked(List.of(layer.weight))) {
                layer.multiply(rounding, 20);
                assertThat(layer.output.toArray()).isNotEqualTo(expected);
            }
            layer.multiply(rounding, 20);
            assertThat(layer.output.toArray()).isEqualTo(expected);
        }
    }

    @Test
    void aWeightTakesHalfTheMemoryOfItsFloats() {
        try (Layer layer = new Layer(5, 3072, 768, new SplittableRandom(4));
                FixedPool pool = FixedPool.open(2);
                Bfloat16Gemm rounding = new Bfloat16Gemm(pool, VectorWidth.bits());
                PackedWeights kept = rounding.keepPacked(List.of(layer.weight))) {
            assertThat(kept.bytes()).isZero();
            layer.multiply(rounding, 5);
            assertThat(kept.bytes()).isBetween(2L * 3072 * 768, 2L * 3072 * 768 * 102 / 100);
        }
    }

    @Test
    void roundingIsToTheNearestAndToTheEvenOfTwo() {
        assertThat(Bfloat16Panels.rounded(1 + 0x1p-8F)).isEqualTo(1);
        assertThat(Bfloat16Panels.rounded(1 + 0x1p-8F + 0x1p-23F)).isEqualTo(1 + 0x1p-7F);
        assertThat(Bfloat16Panels.rounded(1 + 3 * 0x1p-8F)).isEqualTo(1 + 0x1p-6F);
        assertThat(Bfloat16Panels.rounded(-0F)).isEqualTo(-0F);
        assertThat(Bfloat16Panels.rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(Bfloat16Panels.rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Bfloat16Panels.rounded(Float.MIN_VALUE)).isZero();
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 1000; i++) {
            float value = (float) random.nextGaussian();
            assertThat(Bfloat16Panels.rounded(value)).isEqualTo((float) rounded(value));
        }
    }

    /** Values that a carry could make others of: infinities, and what is not a number in its lowest bits alone. */
    @Test
    void whatIsNoFiniteNumberStaysSoInAWeight() {
        float[] special = {Float.NaN, Float.intBitsToFloat(0x7F800001), Float.intBitsToFloat(0xFFFFFFFF)};
        try (Layer layer = new Layer(1, 1, 24, new SplittableRandom(7));
                FixedPool pool = FixedPool.open(1)) {
            layer.input.set(0, 0, 1);
            layer.bias.fill(0);
            for (int i = 0; i < special.length; i++) {
                assertThat(Bfloat16Panels.rounded(special[i])).isNaN();
                layer.weight.set(8 * i, 0, special[i]);
            }
            layer.weight.set(1, 0, Float.POSITIVE_INFINITY);
            layer.weight.set(9, 0, Float.NEGATIVE_INFINITY);
            layer.weight.set(17, 0, -Float.MAX_VALUE);
            float[] result = layer.keptRounded(pool, VectorWidth.bits(), 1);
            assertThat(new float[] {result[0], result[8], result[16]}).containsOnly(Float.NaN);
            assertThat(result[1]).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(new float[] {result[9], result[17]}).containsOnly(Float.NEGATIVE_INFINITY);
            assertThat(result[2]).isFinite();
        }
    }

    private static int any(int[] sizes, SplittableRandom random) {
        return sizes[random.nextInt(sizes.length)];
    }

    private static int anyWidth(SplittableRandom random) {
        return any(LinearKernelsTest.widths().toArray(), random);
    }

    /** One layer with normal values. */
    private static final class Layer implements AutoCloseable {
        private final Buffer buffer;
        private final Matrix input;
        private final Matrix weight;
        private final Matrix bias;
        private final Matrix output;

        Layer(int rows, int in, int out, SplittableRandom random) {
            buffer = Buffer.open(ElementType.FLOAT32, (long) rows * in + (long) out * in + out + (long) rows * out);
            input = Matrix.dense(buffer, 0, rows, in);
            weight = Matrix.dense(buffer, input.size(), out, in);
            bias = Matrix.dense(buffer, input.size() + weight.size(), 1, out);
            output = Matrix.dense(buffer, input.size() + weight.size() + out, rows, out);
            for (Matrix matrix : new Matrix[] {input, weight, bias}) {
                for (int row = 0; row < matrix.rows(); row++) {
                    for (int column = 0; column < matrix.columns(); column++) {
                        matrix.set(row, column, random.nextGaussian());
                    }
                }
            }
        }

        /** The output of the first rows; the others are 0. */
        float[] keptRounded(FixedPool pool, int bits, int rows) {
            try (Bfloat16Gemm products = new Bfloat16Gemm(pool, bits);
                    PackedWeights _ = products.keepPacked(List.of(weight))) {
                output.fill(0);
                multiply(products, rows);
                return output.toArray();
            }
        }

        float[] plainLoops(FixedPool pool) {
            new ScalarProducts(pool)
                    .multiply(new Addend().row(bias), input, weight, true, output, MatrixProducts.Epilogue.NONE);
            return output.toArray();
        }

        void multiply(MatrixProducts products, int rows) {
            products.multiply(
                    new Addend().row(bias),
                    input.rows(0, rows),
                    false,
                    weight,
                    true,
                    output.rows(0, rows),
                    MatrixProducts.Epilogue.NONE);
        }

        @Override
        public void close() {
            buffer.close();
        }
    }
}
