package org.narrowbert.engine.backend.vector;

import java.util.concurrent.atomic.AtomicReference;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Multiplies small matrices on a thread of its own until the compiler has made good code of the kernels. It computes nothing that anybody reads:
 * when it is done changes the time that others' products take, not their bits.
 */
final class KernelWarmUp implements AutoCloseable {
    private static final int ROWS = 30;
    private static final int COLUMNS = 128;
    private static final int DEPTH = GemmBlocks.DEPTH;

    /** Nanoseconds that a product may take: no plain loop is as fast, and good code is faster on any processor with vectors. */
    private static final double MOST_NANOSECONDS = 2.0 * ROWS * COLUMNS * DEPTH / 16;

    /** Products after which the kernels are called good: some seconds on a processor that is never so fast. */
    private static final int MOST_PRODUCTS = 10_000;

    private final int vectorBits;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private enum State {
        NEW,
        RUNNING,
        DONE
    }

    KernelWarmUp(int vectorBits) {
        this.vectorBits = vectorBits;
    }

    /** Whether the kernels are compiled; the first call starts the thread. */
    boolean isDone() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            Thread.ofPlatform().daemon().name("narrowbert-warm-up").start(this::run);
        }
        return state.get() == State.DONE;
    }

    /** Ends the thread, soon. */
    @Override
    public void close() {
        state.set(State.DONE);
    }

    private void run() {
        try (FixedPool alone = FixedPool.open(1);
                GemmDriver driver = new GemmDriver(alone, vectorBits);
                Buffer floats = Buffer.open(
                        ElementType.FLOAT32, (long) ROWS * DEPTH + (long) COLUMNS * DEPTH + ROWS * COLUMNS)) {
            Matrix left = Matrix.dense(floats, 0, ROWS, DEPTH);
            Matrix right = Matrix.dense(floats, left.size(), COLUMNS, DEPTH);
            Matrix target = Matrix.dense(floats, left.size() + right.size(), ROWS, COLUMNS);
            Addend nothing = new Addend().nothing();
            for (int product = 0; product < MOST_PRODUCTS && state.get() == State.RUNNING; product++) {
                long start = System.nanoTime();
                driver.multiply(nothing, left, false, right, true, target, MatrixProducts.Epilogue.NONE);
                if (System.nanoTime() - start < MOST_NANOSECONDS) {
                    break;
                }
            }
        } finally {
            state.set(State.DONE);
        }
    }
}
