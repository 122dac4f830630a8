package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.narrowbert.engine.backend.vector.MatrixPairs.FORWARD;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.vector.MatrixPairs.Pair;
import org.narrowbert.engine.tensor.Matrix;

class OptimizerKernelsTest {
    /** Rounding of the sum alone: elements are widened before they are squared. */
    private static final double DOUBLE_SUM = 1e-13;

    static LongStream seeds() {
        return LongStream.range(0, 8);
    }

    /** Long rows of several pieces, and matrices with many short ones. */
    private static int[] shape(SplittableRandom random) {
        return random.nextBoolean()
                ? new int[] {1, 1 + random.nextInt(60_000)}
                : new int[] {random.nextInt(40), 1 + random.nextInt(500)};
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theSumOfSquaresIsExactToDoubleRoundingAndTheSameOnAnyThreads(long seed) {
        List<Double> sums = new ArrayList<>();
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            int[] shape = shape(pairs.random());
            Pair matrix = pairs.input("matrix", shape[0], shape[1]);
            double sum = new OptimizerKernels(pool).sumOfSquares(matrix.fast());
            double expected = reference.sumOfSquares(matrix.exact());
            assertThat(sum).as("seed %s", seed).isCloseTo(expected, within(DOUBLE_SUM * expected));
            sums.add(sum);
        });
        assertThat(new HashSet<>(sums)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anUpdateIsTheReferences(long seed) {
        MatrixPairs.onAnyThreads(seed, (pool, pairs, reference) -> {
            SplittableRandom random = pairs.random();
            int[] shape = shape(random);
            AdamWStep step =
                    new AdamWStep(5e-2, 0.9, 0.999, 1e-8, random.nextBoolean() ? 0.01 : 0, 1 - 0.81, 1 - 0.998001, 0.7);
            Pair parameter = pairs.output("parameter", shape[0], shape[1], FORWARD);
            Pair gradient = pairs.input("gradient", shape[0], shape[1]);
            Pair firstMoment = pairs.output("firstMoment", shape[0], shape[1], FORWARD);
            Pair secondMoment = pairs.output("secondMoment", shape[0], shape[1], FORWARD);
            square(secondMoment.fast());
            square(secondMoment.exact());
            new OptimizerKernels(pool)
                    .adamW(step, parameter.fast(), gradient.fast(), firstMoment.fast(), secondMoment.fast());
            reference.adamW(step, parameter.exact(), gradient.exact(), firstMoment.exact(), secondMoment.exact());
        });
    }

    /** A second moment is a mean of squares, never negative; 1 keeps its root from magnifying what rounding does near 0. */
    private static void square(Matrix matrix) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                double value = (float) matrix.get(row, column);
                matrix.set(row, column, (float) (value * value + 1));
            }
        }
    }
}
