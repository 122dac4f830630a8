package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;
import static org.narrowbert.engine.backend.vector.MatrixPairs.GRADIENT;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.check.RandomBatches;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

class EmbeddingKernelsTest {
    private static final int VOCABULARY = 300;
    private static final int TOKEN_TYPES = 2;
    private static final int LENGTH = 50;
    private static final int[] HIDDEN = {256, 64, 39, 3};

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void embeddingsAndTheirGradientsAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Batch batch = new RandomBatches(VOCABULARY, TOKEN_TYPES, 6, LENGTH).next(random);
            Rows rows = batch.rows(RowSet.TOKENS);
            int hidden = HIDDEN[random.nextInt(HIDDEN.length)];
            boolean[] accumulate = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
            Pair word = pairs.input("word", VOCABULARY, hidden);
            Pair position = pairs.input("position", LENGTH, hidden);
            Pair tokenType = pairs.input("tokenType", TOKEN_TYPES, hidden);
            Pair output = pairs.output("output", rows.count(), hidden, FORWARD);
            Pair outputGradient = pairs.input("outputGradient", rows.count(), hidden);
            Pair wordGradient = pairs.output("wordGradient", VOCABULARY, hidden, GRADIENT);
            Pair positionGradient = pairs.output("positionGradient", LENGTH, hidden, GRADIENT);
            Pair tokenTypeGradient = pairs.output("tokenTypeGradient", TOKEN_TYPES, hidden, GRADIENT);
            EmbeddingKernels kernels = new EmbeddingKernels(pool);
            kernels.embed(
                    rows,
                    batch.inputIds(),
                    batch.tokenTypeIds(),
                    word.fast(),
                    position.fast(),
                    tokenType.fast(),
                    output.fast());
            kernels.embedGradient(
                    rows,
                    batch.inputIds(),
                    batch.tokenTypeIds(),
                    outputGradient.fast(),
                    wordGradient.fast(),
                    accumulate[0],
                    positionGradient.fast(),
                    accumulate[1],
                    tokenTypeGradient.fast(),
                    accumulate[2]);
            reference.embed(
                    rows,
                    batch.inputIds(),
                    batch.tokenTypeIds(),
                    word.exact(),
                    position.exact(),
                    tokenType.exact(),
                    output.exact());
            reference.embedGradient(
                    rows,
                    batch.inputIds(),
                    batch.tokenTypeIds(),
                    outputGradient.exact(),
                    wordGradient.exact(),
                    accumulate[0],
                    positionGradient.exact(),
                    accumulate[1],
                    tokenTypeGradient.exact(),
                    accumulate[2]);
        });
    }

    @Test
    void anIdBeyondTheVocabularyIsRefusedBeforeItIsRead() {
        try (FixedPool pool = FixedPool.open(1);
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 100)) {
            Matrix table = Matrix.dense(buffer, 0, 5, 4);
            Matrix output = Matrix.dense(buffer, 50, 2, 4);
            Rows rows = Rows.of(1, new int[] {0, 2}, new int[] {0, 1});
            EmbeddingKernels kernels = new EmbeddingKernels(pool);
            assertThatThrownBy(() -> kernels.embed(rows, new int[] {1, 5}, new int[2], table, table, table, output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("inputIds[1] is 5, but word has 5 rows");
            assertThatThrownBy(() -> kernels.embed(
                            rows, new int[2], new int[2], table, Matrix.dense(buffer, 0, 1, 4), table, output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 0 has 2 tokens, but position is [1, 4]");
        }
    }
}
