package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;
import static org.narrowbert.engine.backend.vector.MatrixPairs.GRADIENT;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

class CrossEntropyKernelsTest {
    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    /** No row, one row and many; chunks that do and don't divide the vocabulary; one chunk for all of it. */
    @ParameterizedTest
    @MethodSource("seeds")
    void lossesAndTheirGradientsAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int rows = seed < 2 ? (int) seed : 1 + random.nextInt(40);
            int hidden = 1 + random.nextInt(70);
            int vocabulary = 2 + random.nextInt(300);
            int columns = random.nextBoolean() ? vocabulary : 1 + random.nextInt(vocabulary);
            int[] labels = random.ints(rows, 0, vocabulary).toArray();
            boolean[] accumulate = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
            Pair input = pairs.input("input", rows, hidden);
            Pair weight = pairs.input("weight", vocabulary, hidden);
            Pair bias = pairs.input("bias", 1, vocabulary);
            Matrix chunk = pairs.scratch(rows, columns);
            Pair logSumExp = pairs.output("logSumExp", rows, 1, FORWARD);
            Pair losses = pairs.output("losses", rows, 1, FORWARD);
            Pair correct = pairs.output("correct", rows, 1, FORWARD);
            Pair lossGradient = pairs.input("lossGradient", rows, 1);
            Pair inputGradient = pairs.output("inputGradient", rows, hidden, GRADIENT);
            Pair weightGradient = pairs.output("weightGradient", vocabulary, hidden, GRADIENT);
            Pair biasGradient = pairs.output("biasGradient", 1, vocabulary, GRADIENT);
            try (LinearKernels linear = new LinearKernels(pool, FloatVector.SPECIES_PREFERRED.vectorBitSize())) {
                CrossEntropyKernels kernels = new CrossEntropyKernels(pool, linear);
                kernels.crossEntropy(
                        input.fast(),
                        weight.fast(),
                        bias.fast(),
                        labels,
                        chunk,
                        logSumExp.fast(),
                        losses.fast(),
                        correct.fast());
                kernels.crossEntropyGradient(
                        input.fast(),
                        weight.fast(),
                        bias.fast(),
                        labels,
                        chunk,
                        logSumExp.fast(),
                        lossGradient.fast(),
                        inputGradient.fast(),
                        accumulate[0],
                        weightGradient.fast(),
                        accumulate[1],
                        biasGradient.fast(),
                        accumulate[2]);
            }
            reference.crossEntropy(
                    input.exact(),
                    weight.exact(),
                    bias.exact(),
                    labels,
                    input.exact(),
                    logSumExp.exact(),
                    losses.exact(),
                    correct.exact());
            reference.crossEntropyGradient(
                    input.exact(),
                    weight.exact(),
                    bias.exact(),
                    labels,
                    input.exact(),
                    logSumExp.exact(),
                    lossGradient.exact(),
                    inputGradient.exact(),
                    accumulate[0],
                    weightGradient.exact(),
                    accumulate[1],
                    biasGradient.exact(),
                    accumulate[2]);
        });
    }

    @Test
    void aRowsLossIsTheSameBitsAloneAndInABatch() {
        try (FixedPool pool = FixedPool.open(2);
                LinearKernels linear = new LinearKernels(pool, FloatVector.SPECIES_PREFERRED.vectorBitSize());
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 20_000)) {
            Matrix weight = Matrix.dense(buffer, 0, 100, 39);
            Matrix input = Matrix.dense(buffer, 4000, 30, 39);
            for (int row = 0; row < 100; row++) {
                for (int column = 0; column < 39; column++) {
                    weight.set(row, column, Math.sin(row * 39 + column));
                    input.set(row % 30, column, Math.cos(row % 30 * 100 + column));
                }
            }
            Matrix bias = Matrix.dense(buffer, 6000, 1, 100);
            Matrix chunk = Matrix.dense(buffer, 7000, 30, 33);
            Matrix logSumExp = Matrix.dense(buffer, 9000, 30, 1);
            Matrix losses = Matrix.dense(buffer, 9100, 30, 1);
            Matrix correct = Matrix.dense(buffer, 9200, 30, 1);
            Matrix one = Matrix.dense(buffer, 9300, 1, 1);
            Matrix oneCorrect = Matrix.dense(buffer, 9400, 1, 1);
            CrossEntropyKernels kernels = new CrossEntropyKernels(pool, linear);
            kernels.crossEntropy(input, weight, bias, new int[30], chunk, logSumExp, losses, correct);
            for (int row = 0; row < 30; row++) {
                kernels.crossEntropy(
                        input.rows(row, 1),
                        weight,
                        bias,
                        new int[1],
                        chunk.rows(0, 1),
                        logSumExp.rows(0, 1),
                        one,
                        oneCorrect);
                assertThat(one.get(0, 0)).isEqualTo(losses.get(row, 0));
                assertThat(oneCorrect.get(0, 0)).isEqualTo(correct.get(row, 0));
            }
        }
    }

    @Test
    void ofEquallyHighLogitsOnlyTheFirstIsThePrediction() {
        int vocabulary = 70;
        try (Backend reference = Backends.find().named("reference").open(new BackendOptions(1));
                Backend vector = Backends.find().named("vector").open(new BackendOptions(2))) {
            for (Backend backend : List.of(reference, vector)) {
                for (int columns : new int[] {1, 19, 32, 70}) {
                    // Logits are the biases: 2 at 5, 18, 19 and 64, 1 elsewhere.
                    assertThat(correct(backend, columns, vocabulary, 5, 18, 19, 64))
                            .as("%s backend, chunks of %d columns", backend.name(), columns)
                            .containsExactly(5);
                    assertThat(correct(backend, columns, vocabulary, 69)).containsExactly(69);
                    assertThat(correct(backend, columns, vocabulary)).containsExactly(0);
                }
            }
        }
    }

    /** The labels that are predicted right where the logits of {@code best} are the highest. */
    private static List<Integer> correct(Backend backend, int columns, int vocabulary, int... best) {
        try (Buffer buffer = backend.allocate(20_000)) {
            Matrix bias = Matrix.dense(buffer, 0, 1, vocabulary);
            bias.fill(1);
            for (int column : best) {
                bias.set(0, column, 2);
            }
            Matrix correct = Matrix.dense(buffer, 100, vocabulary, 1);
            backend.kernels()
                    .crossEntropy(
                            Matrix.dense(buffer, 200, vocabulary, 3),
                            Matrix.dense(buffer, 500, vocabulary, 3),
                            bias,
                            IntStream.range(0, vocabulary).toArray(),
                            Matrix.dense(buffer, 800, vocabulary, columns),
                            Matrix.dense(buffer, 6000, vocabulary, 1),
                            Matrix.dense(buffer, 6100, vocabulary, 1),
                            correct);
            return IntStream.range(0, vocabulary)
                    .filter(label -> correct.get(label, 0) == 1)
                    .boxed()
                    .toList();
        }
    }

    @Test
    void aLabelBeyondTheVocabularyIsRefused() {
        try (FixedPool pool = FixedPool.open(1);
                LinearKernels linear = new LinearKernels(pool, FloatVector.SPECIES_PREFERRED.vectorBitSize());
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 100)) {
            Matrix weight = Matrix.dense(buffer, 0, 5, 4);
            Matrix bias = Matrix.dense(buffer, 20, 1, 5);
            Matrix row = Matrix.dense(buffer, 30, 1, 4);
            Matrix loss = Matrix.dense(buffer, 40, 1, 1);
            CrossEntropyKernels kernels = new CrossEntropyKernels(pool, linear);
            assertThatThrownBy(() -> kernels.crossEntropy(row, weight, bias, new int[] {5}, row, loss, loss, loss))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("labels[0] is 5, but weight has 5 rows");
        }
    }
}
