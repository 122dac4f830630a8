package org.narrowbert.engine.threads;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of platform daemon threads that run the tasks of one call together and wait for each other at its end.
 *
 * <p>The calling thread takes part as worker 0. Tasks are handed out one by one as workers become free, so which worker runs which index is
 * chance: a task may use {@code worker} to find scratch memory, never to decide what it computes. A worker that wakes after the last index
 * was taken does not hold up the call. Idle workers spin for well under a millisecond, since kernels follow each other closely, then park.
 *
 * <p>One call at a time: a call from within a task, or from a second thread, is refused.
 */
public final class FixedPool implements AutoCloseable {
    /** Some 0.5 ms: longer than the gap between two kernels of a step, short enough to leave an idle machine alone. */
    private static final int SPINS = 20_000;

    /** One more worker is inside the current call; the number of such workers is the low part of {@link #state}. */
    private static final long WORKER = 1;

    private static final long WORKERS = (1 << 16) - 1;

    /** Workers may still enter the current call. */
    private static final long ENTRY_OPEN = 1 << 16;

    /** Workers are to end. */
    private static final long CLOSED = 1 << 17;

    /** The number of the call is the high part of {@link #state}. */
    private static final long CALL = 1 << 18;

    /** One computation over the indices 0 to count - 1, in any order and on any thread. */
    public interface Task {
        /**
         * Computes one part.
         *
         * @param index which part
         * @param worker which thread runs it, 0 to {@link FixedPool#threads} - 1; no two tasks run on one worker at once
         */
        void run(int index, int worker);
    }

    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Call number, {@link #CLOSED}, {@link #ENTRY_OPEN} and the number of workers inside, in one word so that entering is one exchange. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicLong next = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    // Written before `state` opens a call and read after entering it.
    private Task task = FixedPool::nothing;
    private int count;
    private Thread caller = Thread.currentThread();

    private FixedPool(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
        }
    }

    /**
     * Starts a pool.
     *
     * @param threads number of threads that compute, the caller among them: 1 to 1024
     */
    public static FixedPool open(int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(threads + " threads: 1 to 1024 can be used");
        }
        FixedPool pool = new FixedPool(threads);
        for (Worker worker : pool.workers) {
            worker.start();
        }
        return pool;
    }

    /** Number of threads that compute, the caller among them. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs {@code work} for every index from 0 to count - 1 and returns when all are done. If a task throws, no further index is started and the
     * first exception is thrown here; the pool can be used again.
     *
     * @param count number of indices, 0 or more
     * @throws IllegalStateException when a call is under way or the pool is closed
     */
    public void run(int count, Task work) {
        enter();
        try {
            if (count <= 1 || workers.length == 0) {
                for (int index = 0; index < count; index++) {
                    work.run(index, 0);
                }
            } else {
                fork(count, work);
                take(0);
                join();
            }
        } finally {
            busy.set(false);
        }
    }

    /** Ends the threads and waits for them. Closing twice does nothing. */
    @Override
    public void close() {
        if ((state.get() & CLOSED) != 0) {
            return;
        }
        enter();
        state.set(CLOSED);
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        busy.set(false);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter() {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "the pool is running another task: a task must not start one, nor may two threads share a pool");
        }
        if ((state.get() & CLOSED) != 0) {
            busy.set(false);
            throw new IllegalStateException("the pool is closed");
        }
    }

    private void fork(int count, Task work) {
        this.task = work;
        this.count = count;
        caller = Thread.currentThread();
        next.set(0);
        state.set((state.get() & -CALL) + CALL + ENTRY_OPEN);
        int helpers = Math.min(workers.length, count - 1);
        for (int i = 0; i < helpers; i++) {
            if (workers[i].parked) {
                LockSupport.unpark(workers[i]);
            }
        }
    }

    /** Runs tasks until none is left to start. */
    private void take(int worker) {
        Task work = task;
        int end = count;
        try {
            for (long index = next.getAndIncrement(); index < end; index = next.getAndIncrement()) {
                work.run((int) index, worker);
            }
        } catch (RuntimeException | Error e) {
            next.set(end);
            failure.compareAndSet(null, e);
        }
    }

    private void join() {
        long now = state.get();
        while (!state.compareAndSet(now, now & ~ENTRY_OPEN)) {
            now = state.get();
        }
        for (int spin = 0; (state.get() & WORKERS) != 0; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        task = FixedPool::nothing;
        Throwable thrown = failure.getAndSet(null);
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(thrown);
        }
    }

    private static void nothing(int index, int worker) {}

    private final class Worker extends Thread {
        private final int worker;

        /** Whether the thread sleeps or is about to: set before the last look at {@code state}, so that no wake-up is lost. */
        private volatile boolean parked;

        private Worker(int worker) {
            super("narrowbert-" + worker);
            this.worker = worker;
            setDaemon(true);
        }

        @Override
        public void run() {
            long seen = 0;
            while (true) {
                long now = await(seen);
                if ((now & CLOSED) != 0) {
                    return;
                }
                seen = now & -CALL;
                if (entered(seen)) {
                    take(worker);
                    if ((state.decrementAndGet() & (WORKERS | ENTRY_OPEN)) == 0) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        /** Waits for a call other than {@code seen}, or for the end, and returns the state that showed it. */
        private long await(long seen) {
            for (int spin = 0; spin < SPINS; spin++) {
                long now = state.get();
                if (isNews(now, seen)) {
                    return now;
                }
                Thread.onSpinWait();
            }
            parked = true;
            long now = state.get();
            while (!isNews(now, seen)) {
                LockSupport.park(FixedPool.this);
                Thread.interrupted(); // nobody interrupts these threads to a purpose, and park returns at once while
                // the flag is set
                now = state.get();
            }
            parked = false;
            return now;
        }

        private boolean isNews(long now, long seen) {
            return (now & -CALL) != seen || (now & CLOSED) != 0;
        }

        /** Counts this worker in, unless the call's last index has been taken already. */
        private boolean entered(long call) {
            long now = state.get();
            while ((now & -CALL) == call && (now & ENTRY_OPEN) != 0) {
                if (state.compareAndSet(now, now + WORKER)) {
                    return true;
                }
                now = state.get();
            }
            return false;
        }
    }
}
