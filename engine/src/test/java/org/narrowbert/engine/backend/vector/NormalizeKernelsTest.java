package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;
import static org.narrowbert.engine.backend.vector.MatrixPairs.GRADIENT;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

class NormalizeKernelsTest {
    private static final float EPSILON = 1e-12f;
    private static final DropoutMask DROPOUT = new DropoutMask(0.1f, 0x7777_0000_1234_5678L, 3);
    private static final int[] HIDDEN = {768, 64, 39, 17, 16, 5, 256};

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    /** A subset of twice as many tokens: a row's dropout goes by its token. */
    private static Rows rows(SplittableRandom random) {
        int count = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextInt(600);
        int[] tokens = new int[count];
        Arrays.setAll(tokens, row -> 2 * row + 1);
        return Rows.of(1, new int[] {0, count}, tokens);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void residualDropoutAndLayerNormInOneAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Rows rows = rows(random);
            int hidden = HIDDEN[random.nextInt(HIDDEN.length)];
            DropoutMask dropout = random.nextBoolean() ? DropoutMask.NONE : DROPOUT;
            boolean inPlace = random.nextBoolean();
            Pair input = inPlace
                    ? pairs.output("input and sum", rows.count(), hidden, FORWARD)
                    : pairs.input("input", rows.count(), hidden);
            Pair sum = inPlace ? input : pairs.output("sum", rows.count(), hidden, FORWARD);
            Pair residual = pairs.input("residual", rows.count(), hidden);
            Pair weight = pairs.input("weight", 1, hidden);
            Pair bias = pairs.input("bias", 1, hidden);
            Pair statistics = pairs.output("statistics", rows.count(), 2, FORWARD);
            Pair output = pairs.output("output", rows.count(), hidden, FORWARD);
            try (NormalizeKernels kernels = new NormalizeKernels(pool)) {
                kernels.addNormalize(
                        rows,
                        input.fast(),
                        residual.fast(),
                        dropout,
                        weight.fast(),
                        bias.fast(),
                        EPSILON,
                        sum.fast(),
                        statistics.fast(),
                        output.fast());
            }
            reference.addNormalize(
                    rows,
                    input.exact(),
                    residual.exact(),
                    dropout,
                    weight.exact(),
                    bias.exact(),
                    EPSILON,
                    sum.exact(),
                    statistics.exact(),
                    output.exact());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gradientsOfResidualDropoutAndLayerNormAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Rows rows = rows(random);
            int hidden = HIDDEN[random.nextInt(HIDDEN.length)];
            DropoutMask dropout = random.nextBoolean() ? DropoutMask.NONE : DROPOUT;
            boolean inPlace = random.nextBoolean();
            boolean[] accumulate = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
            Pair sum = pairs.input("sum", rows.count(), hidden);
            Pair statistics = pairs.input("statistics", rows.count(), 2);
            Pair weight = pairs.input("weight", 1, hidden);
            Pair inputGradient = pairs.output("inputGradient", rows.count(), hidden, GRADIENT);
            Pair outputGradient = inPlace ? inputGradient : pairs.input("outputGradient", rows.count(), hidden);
            Pair residualGradient = pairs.output("residualGradient", rows.count(), hidden, GRADIENT);
            Pair weightGradient = pairs.output("weightGradient", 1, hidden, GRADIENT);
            Pair biasGradient = pairs.output("biasGradient", 1, hidden, GRADIENT);
            try (NormalizeKernels kernels = new NormalizeKernels(pool)) {
                kernels.addNormalizeGradient(
                        rows,
                        sum.fast(),
                        statistics.fast(),
                        dropout,
                        weight.fast(),
                        outputGradient.fast(),
                        inputGradient.fast(),
                        residualGradient.fast(),
                        accumulate[0],
                        weightGradient.fast(),
                        accumulate[1],
                        biasGradient.fast(),
                        accumulate[2]);
            }
            reference.addNormalizeGradient(
                    rows,
                    sum.exact(),
                    statistics.exact(),
                    dropout,
                    weight.exact(),
                    outputGradient.exact(),
                    inputGradient.exact(),
                    residualGradient.exact(),
                    accumulate[0],
                    weightGradient.exact(),
                    accumulate[1],
                    biasGradient.exact(),
                    accumulate[2]);
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void layerNormAndItsGradientsAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Rows rows = rows(random);
            int hidden = HIDDEN[random.nextInt(HIDDEN.length)];
            DropoutMask dropout = random.nextBoolean() ? DropoutMask.NONE : DROPOUT;
            boolean[] accumulate = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
            boolean inPlace = !accumulate[0] && random.nextBoolean();
            Pair input = pairs.input("input", rows.count(), hidden);
            Pair weight = pairs.input("weight", 1, hidden);
            Pair bias = pairs.input("bias", 1, hidden);
            Pair statistics = pairs.output("statistics", rows.count(), 2, FORWARD);
            Pair output = pairs.output("output", rows.count(), hidden, FORWARD);
            Pair inputGradient = pairs.output("inputGradient", rows.count(), hidden, GRADIENT);
            Pair outputGradient = inPlace ? inputGradient : pairs.input("outputGradient", rows.count(), hidden);
            Pair weightGradient = pairs.output("weightGradient", 1, hidden, GRADIENT);
            Pair biasGradient = pairs.output("biasGradient", 1, hidden, GRADIENT);
            try (NormalizeKernels kernels = new NormalizeKernels(pool)) {
                kernels.normalize(
                        rows,
                        input.fast(),
                        weight.fast(),
                        bias.fast(),
                        EPSILON,
                        dropout,
                        statistics.fast(),
                        output.fast());
                kernels.normalizeGradient(
                        rows,
                        input.fast(),
                        statistics.fast(),
                        dropout,
                        weight.fast(),
                        outputGradient.fast(),
                        inputGradient.fast(),
                        accumulate[0],
                        weightGradient.fast(),
                        accumulate[1],
                        biasGradient.fast(),
                        accumulate[2]);
            }
            reference.normalize(
                    rows,
                    input.exact(),
                    weight.exact(),
                    bias.exact(),
                    EPSILON,
                    dropout,
                    statistics.exact(),
                    output.exact());
            reference.normalizeGradient(
                    rows,
                    input.exact(),
                    statistics.exact(),
                    dropout,
                    weight.exact(),
                    outputGradient.exact(),
                    inputGradient.exact(),
                    accumulate[0],
                    weightGradient.exact(),
                    accumulate[1],
                    biasGradient.exact(),
                    accumulate[2]);
        });
    }

    @Test
    void aRowsBitsDoNotDependOnWhereItLies() {
        int hidden = 39;
        try (FixedPool pool = FixedPool.open(2);
                NormalizeKernels kernels = new NormalizeKernels(pool);
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 100L * hidden)) {
            Matrix parameters = Matrix.dense(buffer, 0, 1, hidden);
            parameters.fill(1.25);
            Matrix input = Matrix.dense(buffer, hidden, 20, hidden);
            for (int row = 0; row < 20; row++) {
                for (int column = 0; column < hidden; column++) {
                    input.set(row, column, Math.sin(row % 10 * 100 + column));
                }
            }
            Matrix statistics = Matrix.dense(buffer, 40L * hidden, 20, 2);
            Matrix output = new Matrix(buffer, 50L * hidden, 20, hidden, hidden + 1);
            int[] tokens = new int[20];
            Arrays.setAll(tokens, row -> row % 10);
            Rows rows = Rows.of(2, new int[] {0, 10, 20}, tokens);
            kernels.normalize(rows, input, parameters, parameters, EPSILON, DROPOUT, statistics, output);
            assertThat(output.rows(10, 10).toArray())
                    .containsExactly(output.rows(0, 10).toArray());
        }
    }

    @Test
    void aRowFarFromZeroKeepsItsVariance() {
        try (FixedPool pool = FixedPool.open(1);
                NormalizeKernels kernels = new NormalizeKernels(pool);
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 1000)) {
            Matrix input = Matrix.dense(buffer, 0, 1, 100);
            for (int column = 0; column < 100; column++) {
                input.set(0, column, column % 2 == 0 ? 4096.5 : 4095.5);
            }
            Matrix one = Matrix.dense(buffer, 100, 1, 100);
            one.fill(1);
            Matrix statistics = Matrix.dense(buffer, 200, 1, 2);
            Matrix output = Matrix.dense(buffer, 300, 1, 100);
            Rows rows = Rows.of(1, new int[] {0, 1}, new int[] {0});
            kernels.normalize(rows, input, one, one, EPSILON, DropoutMask.NONE, statistics, output);
            assertThat(statistics.toArray()).containsExactly(4096, 2);
            assertThat(output.rows(0, 1).columns(0, 2).toArray()).containsExactly(2, 0);
        }
    }
}
