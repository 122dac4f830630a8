package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;
import static org.narrowbert.engine.backend.vector.MatrixPairs.GRADIENT;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.check.RandomBatches;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

class AttentionKernelsTest {
    private static final DropoutMask DROPOUT = new DropoutMask(0.25f, 0x1234_5678_9abc_def1L, 17);

    /** Head widths: the usual ones, one that no vector divides, one of several panels with a rest, one that is multiplied in two blocks. */
    private static final int[] WIDTHS = {64, 32, 13, 1, 80, 200};

    private static final List<RowSet> QUERY_ROWS = List.of(RowSet.TOKENS, RowSet.NARROW, RowSet.KEPT);

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void attentionOverRandomRaggedBatchesIsTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Batch batch = new RandomBatches(10, 2, seed % 8 == 0 ? 2 : 4, seed % 8 == 0 ? 280 : 40).next(random);
            Rows queries = batch.rows(QUERY_ROWS.get(random.nextInt(3)));
            Rows keys = batch.rows(random.nextBoolean() ? RowSet.TOKENS : RowSet.KEPT);
            trial(pool, pairs, reference, queries, keys, WIDTHS[random.nextInt(WIDTHS.length)]);
        });
    }

    private static void trial(
            FixedPool pool, MatrixPairs pairs, Kernels reference, Rows queries, Rows keys, int width) {
        SplittableRandom random = pairs.random();
        int heads = 1 + random.nextInt(3);
        int hidden = heads * width;
        DropoutMask dropout = random.nextBoolean() ? DropoutMask.NONE : DROPOUT;
        boolean[] accumulate = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
        Pair query = pairs.input("query", queries.count(), hidden);
        Pair key = pairs.input("key", keys.count(), hidden);
        Pair value = pairs.input("value", keys.count(), hidden);
        Pair logSumExp = pairs.output("logSumExp", queries.count(), heads, FORWARD);
        Pair output = pairs.output("output", queries.count(), hidden, FORWARD);
        Pair outputGradient = pairs.input("outputGradient", queries.count(), hidden);
        Pair delta = pairs.output("delta", queries.count(), heads, GRADIENT);
        Pair queryGradient = pairs.output("queryGradient", queries.count(), hidden, GRADIENT);
        Pair keyGradient = pairs.output("keyGradient", keys.count(), hidden, GRADIENT);
        Pair valueGradient = pairs.output("valueGradient", keys.count(), hidden, GRADIENT);
        try (AttentionKernels kernels = new AttentionKernels(pool)) {
            kernels.attention(
                    query.fast(),
                    queries,
                    key.fast(),
                    value.fast(),
                    keys,
                    heads,
                    dropout,
                    logSumExp.fast(),
                    output.fast());
            kernels.attentionGradient(
                    query.fast(),
                    queries,
                    key.fast(),
                    value.fast(),
                    keys,
                    heads,
                    dropout,
                    logSumExp.fast(),
                    output.fast(),
                    outputGradient.fast(),
                    delta.fast(),
                    queryGradient.fast(),
                    accumulate[0],
                    keyGradient.fast(),
                    accumulate[1],
                    valueGradient.fast(),
                    accumulate[2]);
        }
        reference.attention(
                query.exact(),
                queries,
                key.exact(),
                value.exact(),
                keys,
                heads,
                dropout,
                logSumExp.exact(),
                output.exact());
        reference.attentionGradient(
                query.exact(),
                queries,
                key.exact(),
                value.exact(),
                keys,
                heads,
                dropout,
                logSumExp.exact(),
                output.exact(),
                outputGradient.exact(),
                delta.exact(),
                queryGradient.exact(),
                accumulate[0],
                keyGradient.exact(),
                accumulate[1],
                valueGradient.exact(),
                accumulate[2]);
    }

    /** 300 keys are three blocks; rows 40 to 299 are in other tiles, rounds and tasks than when they come alone. */
    @ParameterizedTest
    @ValueSource(ints = {64, 13, 200})
    void aQuerysOutputAndGradientAreTheSameBitsAloneAndInABatch(int width) {
        int[] offsets = {0, 7, 307, 308};
        int[] tokens = new int[308];
        Arrays.setAll(tokens, row -> row);
        Rows all = Rows.of(3, offsets, tokens);
        Sums batch = new Sums(width, all, all);
        for (int row : new int[] {0, 6, 7, 47, 262, 263, 306, 307}) {
            int sequence = row < 7 ? 0 : row < 307 ? 1 : 2;
            int[] starts = new int[4];
            Arrays.fill(starts, sequence + 1, 4, 1);
            Sums alone = new Sums(width, Rows.of(3, starts, new int[] {row}), all);
            assertThat(alone.rowBits(0)).as("row %s", row).isEqualTo(batch.rowBits(row));
        }
    }

    /** One head's forward and backward pass over values that depend on the token alone. */
    private static final class Sums {
        private final float[] output;
        private final float[] queryGradient;
        private final int width;

        Sums(int width, Rows queries, Rows keys) {
            this.width = width;
            int queryCount = queries.count();
            int keyCount = keys.count();
            try (Buffer buffer =
                            Buffer.open(ElementType.FLOAT32, 4L * (queryCount + keyCount) * width + 2L * queryCount);
                    FixedPool pool = FixedPool.open(1);
                    AttentionKernels kernels = new AttentionKernels(pool)) {
                int at = 0;
                Matrix[] matrices = new Matrix[8];
                for (int i = 0; i < 8; i++) {
                    Rows rows = i < 4 ? queries : keys;
                    matrices[i] = Matrix.dense(buffer, at, rows.count(), width);
                    at += rows.count() * width;
                    for (int row = 0; row < rows.count(); row++) {
                        for (int column = 0; column < width; column++) {
                            matrices[i].set(row, column, Math.sin(1 + 31 * i + 7.3 * rows.token(row) + 1.7 * column));
                        }
                    }
                }
                Matrix logSumExp = Matrix.dense(buffer, at, queryCount, 1);
                Matrix delta = Matrix.dense(buffer, at + queryCount, queryCount, 1);
                Matrix query = matrices[0];
                Matrix result = matrices[1];
                Matrix key = matrices[4];
                Matrix value = matrices[5];
                kernels.attention(query, queries, key, value, keys, 1, DROPOUT, logSumExp, result);
                kernels.attentionGradient(
                        query,
                        queries,
                        key,
                        value,
                        keys,
                        1,
                        DROPOUT,
                        logSumExp,
                        result,
                        matrices[2],
                        delta,
                        matrices[3],
                        false,
                        matrices[6],
                        false,
                        matrices[7],
                        false);
                output = result.toArray();
                queryGradient = matrices[3].toArray();
            }
        }

        float[] rowBits(int row) {
            float[] bits = Arrays.copyOfRange(output, row * width, (row + 2) * width);
            System.arraycopy(queryGradient, row * width, bits, width, width);
            return bits;
        }
    }

    @Test
    void largeScoresNeitherOverflowNorVanish() {
        MatrixPairs.onAnyThreads(5, (pool, pairs, reference) -> {
            Rows rows = Rows.of(1, new int[] {0, 150}, new int[150]);
            Pair query = pairs.output("query", 150, 64, FORWARD);
            for (int row = 0; row < 150; row++) {
                query.fast().set(row, 3, 500);
                query.exact().set(row, 3, 500);
            }
            Pair value = pairs.input("value", 150, 64);
            Pair logSumExp = pairs.output("logSumExp", 150, 1, FORWARD);
            // Scores of 100 are exact to 1e-5, and so are, relatively, the probabilities.
            Pair output = pairs.output("output", 150, 64, 10 * FORWARD);
            try (AttentionKernels kernels = new AttentionKernels(pool)) {
                kernels.attention(
                        query.fast(),
                        rows,
                        value.fast(),
                        value.fast(),
                        rows,
                        1,
                        DropoutMask.NONE,
                        logSumExp.fast(),
                        output.fast());
            }
            reference.attention(
                    query.exact(),
                    rows,
                    value.exact(),
                    value.exact(),
                    rows,
                    1,
                    DropoutMask.NONE,
                    logSumExp.exact(),
                    output.exact());
        });
    }

    @Test
    void shapesThatDoNotFitAreRefusedByName() {
        try (FixedPool pool = FixedPool.open(1);
                AttentionKernels kernels = new AttentionKernels(pool);
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 1000)) {
            Rows rows = Rows.of(1, new int[] {0, 3}, new int[] {0, 1, 2});
            Matrix three = Matrix.dense(buffer, 0, 3, 8);
            Matrix two = Matrix.dense(buffer, 100, 2, 8);
            Matrix statistic = Matrix.dense(buffer, 200, 3, 2);
            assertThatThrownBy(() ->
                            kernels.attention(three, rows, three, two, rows, 2, DropoutMask.NONE, statistic, three))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("value is [2, 8], [3, 8] is needed");
            assertThatThrownBy(() ->
                            kernels.attention(three, rows, three, three, rows, 3, DropoutMask.NONE, statistic, three))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("query [3, 8] cannot be cut into 3 heads");
        }
    }
}
