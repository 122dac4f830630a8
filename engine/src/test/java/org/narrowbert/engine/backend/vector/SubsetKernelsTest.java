package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;

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

class SubsetKernelsTest {
    private static final int[] COLUMNS = {256, 64, 39, 3};

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gatherAndItsGradientAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Batch batch = new RandomBatches(10, 2, 6, 40).next(random);
            Rows subset = batch.rows(RowSet.NARROW);
            int tokens = batch.rows(RowSet.TOKENS).count();
            int columns = COLUMNS[random.nextInt(COLUMNS.length)];
            boolean accumulate = random.nextBoolean();
            Pair input = pairs.input("input", tokens, columns);
            Pair output = pairs.output("output", subset.count(), columns, FORWARD);
            Pair outputGradient = pairs.input("outputGradient", subset.count(), columns);
            Pair inputGradient = pairs.output("inputGradient", tokens, columns, FORWARD);
            SubsetKernels kernels = new SubsetKernels(pool);
            kernels.gather(input.fast(), subset, output.fast());
            kernels.gatherGradient(outputGradient.fast(), subset, inputGradient.fast(), accumulate);
            reference.gather(input.exact(), subset, output.exact());
            reference.gatherGradient(outputGradient.exact(), subset, inputGradient.exact(), accumulate);
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mergeAndItsGradientAreTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            Batch batch = new RandomBatches(10, 2, 6, 40).next(random);
            Rows subset = batch.rows(RowSet.KEPT);
            int tokens = batch.rows(RowSet.TOKENS).count();
            int columns = COLUMNS[random.nextInt(COLUMNS.length)];
            boolean[] accumulate = {random.nextBoolean(), random.nextBoolean()};
            Pair output = pairs.output("output", tokens, columns, FORWARD);
            Pair base = random.nextBoolean() ? output : pairs.input("base", tokens, columns);
            Pair part = pairs.input("part", subset.count(), columns);
            Pair outputGradient = pairs.input("outputGradient", tokens, columns);
            Pair baseGradient = pairs.output("baseGradient", tokens, columns, FORWARD);
            Pair partGradient = pairs.output("partGradient", subset.count(), columns, FORWARD);
            SubsetKernels kernels = new SubsetKernels(pool);
            kernels.merge(base.fast(), part.fast(), subset, output.fast());
            kernels.mergeGradient(
                    outputGradient.fast(),
                    subset,
                    baseGradient.fast(),
                    accumulate[0],
                    partGradient.fast(),
                    accumulate[1]);
            reference.merge(base.exact(), part.exact(), subset, output.exact());
            reference.mergeGradient(
                    outputGradient.exact(),
                    subset,
                    baseGradient.exact(),
                    accumulate[0],
                    partGradient.exact(),
                    accumulate[1]);
        });
    }

    @Test
    void aTokenThatTheMatrixLacksIsRefused() {
        try (FixedPool pool = FixedPool.open(1);
                Buffer buffer = Buffer.open(ElementType.FLOAT32, 100)) {
            Rows subset = Rows.of(1, new int[] {0, 1}, new int[] {7});
            Matrix input = Matrix.dense(buffer, 0, 7, 4);
            Matrix output = Matrix.dense(buffer, 50, 1, 4);
            assertThatThrownBy(() -> new SubsetKernels(pool).gather(input, subset, output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("row 0 stands for token 7, but input has 7 rows");
        }
    }
}
