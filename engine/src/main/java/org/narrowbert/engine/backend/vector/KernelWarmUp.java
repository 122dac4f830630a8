package org.narrowbert.engine.backend.vector;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Multiplies small matrices on a thread of its own until the compiler has made good code of the kernels. It computes nothing that anybody reads:
 * when it is done changes the time that others' products take, not their bits.
 */
final class KernelWarmUp implements AutoCloseable {
    /**
     * Rows of products that the tall kernel makes and of those that the low one does; the first are so many that weights kept as bfloat16 are widened for them.
     */
    private static final int[] ROWS = {60, 16};

    private static final int COLUMNS = 128;
    private static final int DEPTH = GemmBlocks.DEPTH;

    /** Nanoseconds that a row of a product may take: no plain loop is as fast, and good code is faster on any processor with vectors. */
    private static final double MOST_NANOSECONDS_A_ROW = 2.0 * COLUMNS * DEPTH / 16;

    /** Rounds after which the kernels are called good: some seconds on a processor that is never so fast. */
    private static final int MOST_ROUNDS = 6_000;

    private final Function<FixedPool, MatrixProducts> kernels;
    private final boolean keeps;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private enum State {
        NEW,
        RUNNING,
        DONE
    }

    /**
     * Starts nothing yet.
     *
     * @param kernels opens the products to be warmed up, on a thread
     * @param keeps whether they are those of weights that are kept packed
     */
    KernelWarmUp(Function<FixedPool, MatrixProducts> kernels, boolean keeps) {
        this.kernels = kernels;
        this.keeps = keeps;
    }

    /** Starts the thread, where it has not been started yet. */
    void start() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            Thread.ofPlatform().daemon().name("narrowbert-warm-up").start(this::run);
        }
    }

    /** Whether the kernels are compiled. */
    boolean isDone() {
        return state.get() == State.DONE;
    }

    /** Ends the thread, soon. */
    @Override
    public void close() {
        state.set(State.DONE);
    }

    private void run() {
        try (FixedPool alone = FixedPool.open(1);
                MatrixProducts products = kernels.apply(alone);
                Buffer floats = Buffer.open(
                        ElementType.FLOAT32, (long) ROWS[0] * DEPTH + (long) COLUMNS * DEPTH + ROWS[0] * COLUMNS)) {
            boolean good = false;
            for (int round = 0; !good && round < MOST_ROUNDS && state.get() == State.RUNNING; round++) {
                good = true;
                for (int rows : ROWS) {
                    good &= nanoseconds(products, floats, rows) < MOST_NANOSECONDS_A_ROW * rows;
                }
            }
        } finally {
            state.set(State.DONE);
        }
    }

    private long nanoseconds(MatrixProducts products, Buffer floats, int rows) {
        Matrix left = Matrix.dense(floats, 0, rows, DEPTH);
        Matrix right = Matrix.dense(floats, left.size(), COLUMNS, DEPTH);
        Matrix target = Matrix.dense(floats, left.size() + right.size(), rows, COLUMNS);
        if (!keeps) {
            return nanoseconds(products, left, right, target);
        }
        try (PackedWeights _ = products.keepPacked(List.of(right))) {
            // Packs the weight as well, which the kernels' rate is not judged by.
            nanoseconds(products, left, right, target);
            return nanoseconds(products, left, right, target);
        }
    }

    private static long nanoseconds(MatrixProducts products, Matrix left, Matrix right, Matrix target) {
        long start = System.nanoTime();
        products.multiply(new Addend().nothing(), left, false, right, true, target, MatrixProducts.Epilogue.NONE);
        return System.nanoTime() - start;
    }
}
