package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.reference.ReferenceBackendProvider;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Random matrices twice, in float32 for a kernel and in double for the reference; the float32 ones begin anywhere, have gaps between their rows and
 * canary values around them.
 */
final class MatrixPairs implements AutoCloseable {
    /** float32 rounding (6e-8) over sums of a few hundred terms of one magnitude, relative to the largest element of the row. */
    static final double FORWARD = 1e-5;

    /** Gradients chain several such sums and differences of nearly equal numbers. */
    static final double GRADIENT = 1e-4;

    /** All values are about one: a row with nothing larger than this is what remains when they cancel, with the rounding of the whole. */
    private static final double CANCELLED = 0.1;

    /** What lies around a matrix; a kernel that writes there is found out, and one that computes with it as well. */
    private static final float CANARY = -7.7e33f;

    /** One matrix twice. */
    record Pair(String name, Matrix fast, Matrix exact, float[] before, double tolerance) {
        boolean isOutput() {
            return tolerance > 0;
        }

        int columns() {
            return fast.columns();
        }
    }

    /** One case: shapes and values drawn from the random numbers, kernels run on the pool, the reference run on the exact matrices. */
    interface Trial {
        void run(FixedPool pool, MatrixPairs pairs, Kernels reference);
    }

    private final SplittableRandom random;
    private final List<Pair> pairs = new ArrayList<>();

    MatrixPairs(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs a trial on 1, 2 and 7 threads: results are the same bits, near the reference's, and nothing else has changed. */
    static void onAnyThreads(long seed, Trial trial) {
        List<float[]> first = null;
        for (int threads : new int[] {1, 2, 7}) {
            List<float[]> results = onThreads(threads, seed, trial);
            if (first == null) {
                first = results;
            }
            assertThat(results)
                    .as("bits of seed %s on %s threads", seed, threads)
                    .containsExactlyElementsOf(first);
        }
    }

    /** Runs a trial on so many threads: results are near the reference's, and nothing else has changed. */
    static List<float[]> onThreads(int threads, long seed, Trial trial) {
        try (FixedPool pool = FixedPool.open(threads);
                MatrixPairs pairs = new MatrixPairs(seed);
                Backend reference = new ReferenceBackendProvider().open(new BackendOptions(1))) {
            trial.run(pool, pairs, reference.kernels());
            pairs.check("seed " + seed + ", " + threads + " threads");
            return pairs.pairs.stream().map(pair -> pair.fast().toArray()).toList();
        }
    }

    SplittableRandom random() {
        return random;
    }

    /** A matrix of normal values that no kernel may change. */
    Pair input(String name, int rows, int columns) {
        return pair(name, rows, columns, 0);
    }

    /** A matrix that kernels write; it holds normal values before, which they may add to. */
    Pair output(String name, int rows, int columns, double tolerance) {
        return pair(name, rows, columns, tolerance);
    }

    /** Memory to work in, compared with nothing. */
    Matrix scratch(int rows, int columns) {
        return pair("scratch", rows, columns, Double.MAX_VALUE).fast();
    }

    private Pair pair(String name, int rows, int columns, double tolerance) {
        int stride = columns + (random.nextBoolean() ? 0 : random.nextInt(20));
        int offset = random.nextInt(20);
        Buffer floats = Buffer.open(ElementType.FLOAT32, offset + (long) rows * stride + 20);
        Buffer doubles = Buffer.open(ElementType.FLOAT64, (long) rows * columns);
        Matrix whole = Matrix.dense(floats, 0, 1, (int) floats.elements());
        whole.fill(CANARY);
        Matrix fast = new Matrix(floats, offset, rows, columns, stride);
        Matrix exact = Matrix.dense(doubles, 0, rows, columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float value = (float) random.nextGaussian();
                fast.set(row, column, value);
                exact.set(row, column, value);
            }
        }
        Pair pair = new Pair(name, fast, exact, whole.toArray(), tolerance);
        pairs.add(pair);
        return pair;
    }

    private void check(String situation) {
        for (Pair pair : pairs) {
            checkSurroundings(pair, situation);
            for (int row = 0; row < pair.fast().rows() && pair.isOutput(); row++) {
                checkRow(pair, row, situation);
            }
        }
    }

    private static void checkSurroundings(Pair pair, String situation) {
        Matrix fast = pair.fast();
        float[] now = Matrix.dense(fast.buffer(), 0, 1, (int) fast.buffer().elements())
                .toArray();
        for (int i = 0; i < now.length; i++) {
            long inside = i - fast.offset();
            boolean isElement = inside >= 0
                    && fast.stride() > 0
                    && inside / fast.stride() < fast.rows()
                    && inside % fast.stride() < fast.columns();
            boolean mayChange = isElement && pair.isOutput();
            if (!mayChange && now[i] != pair.before()[i]) {
                throw new AssertionError("%s: element %d of the buffer of %s %s has changed from %s to %s"
                        .formatted(situation, i, pair.name(), fast.shape(), pair.before()[i], now[i]));
            }
        }
    }

    private static void checkRow(Pair pair, int row, String situation) {
        double largest = CANCELLED;
        for (int column = 0; column < pair.columns(); column++) {
            double expected = pair.exact().get(row, column);
            largest = Double.isFinite(expected) ? Math.max(largest, Math.abs(expected)) : largest;
        }
        for (int column = 0; column < pair.columns(); column++) {
            double expected = pair.exact().get(row, column);
            double actual = pair.fast().get(row, column);
            boolean near = actual == expected || Math.abs(actual - expected) <= pair.tolerance() * largest;
            if (!near) {
                throw new AssertionError("%s: %s %s at (%d, %d) is %s, the reference says %s, the row's largest is %s"
                        .formatted(
                                situation, pair.name(), pair.fast().shape(), row, column, actual, expected, largest));
            }
        }
    }

    @Override
    public void close() {
        for (Pair pair : pairs) {
            pair.fast().buffer().close();
            pair.exact().buffer().close();
        }
    }
}
