package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

class WarmingProductsTest {
    private static final int[] DEPTHS = {0, 1, 15, 64, 767, 768, 769, 1537, 3072};

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    /** Operands of one product, and two places for it. */
    private record Product(Matrix left, Matrix right, Matrix bias, Matrix plain, Matrix kernels) {
        static Product of(Buffer floats, int rows, int columns, int depth) {
            Matrix left = Matrix.dense(floats, 0, rows, depth);
            Matrix right = Matrix.dense(floats, left.size(), columns, depth);
            Matrix bias = Matrix.dense(floats, left.size() + right.size(), 1, columns);
            long end = left.size() + right.size() + bias.size();
            Matrix plain = Matrix.dense(floats, end, rows, columns);
            return new Product(left, right, bias, plain, Matrix.dense(floats, end + plain.size(), rows, columns));
        }

        static long elements(long rows, long columns, long depth) {
            return rows * depth + columns * depth + columns + 2 * rows * columns;
        }

        Product filled(SplittableRandom random) {
            for (Matrix matrix : new Matrix[] {left, right, bias, plain}) {
                for (int row = 0; row < matrix.rows(); row++) {
                    for (int column = 0; column < matrix.columns(); column++) {
                        matrix.set(row, column, random.nextDouble() - 0.5);
                    }
                }
            }
            for (int row = 0; row < plain.rows(); row++) {
                for (int column = 0; column < plain.columns(); column++) {
                    kernels.set(row, column, plain.get(row, column));
                }
            }
            return this;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void plainLoopsGiveTheKernelsBits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = random.nextInt(20);
        int columns = 1 + random.nextInt(150);
        int depth = DEPTHS[random.nextInt(DEPTHS.length)];
        try (FixedPool pool = FixedPool.open(1 + random.nextInt(3));
                Buffer floats = Buffer.open(ElementType.FLOAT32, Product.elements(rows, columns, depth));
                GemmDriver driver = new GemmDriver(pool, VectorWidth.bits())) {
            Product product = Product.of(floats, rows, columns, depth).filled(random);
            ScalarProducts plain = new ScalarProducts(pool);
            Addend addend = new Addend();
            AtomicLong finished = new AtomicLong();
            for (int start = 0; start < 3; start++) {
                plain.multiply(
                        set(addend, start, product.bias(), product.plain()),
                        product.left(),
                        product.right(),
                        false,
                        product.plain(),
                        (firstRow, endRow, firstColumn, endColumn) ->
                                finished.addAndGet((long) (endRow - firstRow) * (endColumn - firstColumn)));
                driver.multiply(
                        set(addend, start, product.bias(), product.kernels()),
                        product.left(),
                        false,
                        product.right(),
                        true,
                        product.kernels(),
                        MatrixProducts.Epilogue.NONE);
                assertThat(product.plain().toArray())
                        .isEqualTo(product.kernels().toArray());
            }
            assertThat(finished).hasValue(3L * rows * columns);
        }
    }

    /** From plain loops over the warm-up to the kernels: some 50 products of 0.6 billion operations each. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerKeepsItsBitsWhileTheKernelsAreCompiled(boolean rounds) {
        int bits = VectorWidth.bits();
        try (FixedPool pool = FixedPool.open(2);
                Buffer floats = Buffer.open(ElementType.FLOAT32, Product.elements(256, 1536, 768));
                Warming warming = rounds ? Warming.ofBfloat16Weights(bits) : Warming.ofFloat32(bits);
                WarmingProducts products = rounds
                        ? WarmingProducts.ofBfloat16Weights(pool, bits, warming)
                        : WarmingProducts.ofFloat32(pool, bits, warming)) {
            Product product = Product.of(floats, 256, 1536, 768).filled(new SplittableRandom(5));
            Addend addend = new Addend();
            try (PackedWeights _ = products.keepPacked(List.of(product.right()))) {
                for (int answer = 0; answer < 50; answer++) {
                    Matrix target = answer == 0 ? product.plain() : product.kernels();
                    products.multiply(
                            addend.row(product.bias()),
                            product.left(),
                            false,
                            product.right(),
                            true,
                            target,
                            MatrixProducts.Epilogue.NONE);
                    assertThat(target.toArray()).isEqualTo(product.plain().toArray());
                }
            }
        }
    }

    /** Of floats of every exponent, which are denormal, infinite and not numbers too. */
    @Test
    void theActivationInPlainLoopsGivesTheKernelsBits() {
        int step = 9_973;
        int count = (int) ((1L << 32) / step);
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, 2L * count)) {
            Matrix plain = Matrix.dense(floats, 0, 1, count);
            Matrix kernels = Matrix.dense(floats, count, 1, count);
            for (int column = 0; column < count; column++) {
                float x = Float.intBitsToFloat(column * step);
                plain.set(0, column, x);
                kernels.set(0, column, x);
            }
            PlainGelu.activate(plain.address(), plain.address(), count);
            ActivationRow.activate(ActivationFunction.GELU, kernels.address(), kernels.address(), count);
            assertThat(plain.toArray()).isEqualTo(kernels.toArray());
        }
    }

    private static Addend set(Addend addend, int start, Matrix bias, Matrix target) {
        return switch (start) {
            case 0 -> addend.nothing();
            case 1 -> addend.row(bias);
            default -> addend.matrix(target);
        };
    }
}
