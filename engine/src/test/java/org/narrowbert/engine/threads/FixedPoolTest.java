package org.narrowbert.engine.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everyIndexOfTenThousandRunsIsComputedExactlyOnceWhateverStalls(int threads) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicIntegerArray done = new AtomicIntegerArray(64);
        AtomicIntegerArray inside = new AtomicIntegerArray(threads);
        AtomicInteger overlaps = new AtomicInteger();
        int[] stallOf = new int[64];
        try (FixedPool pool = FixedPool.open(threads)) {
            for (int run = 0; run < 10_000; run++) {
                int count = random.nextInt(64);
                for (int i = 0; i < count; i++) {
                    done.set(i, 0);
                    stallOf[i] = random.nextInt(200) == 0 ? random.nextInt(100_000) : 0;
                }
                pool.run(count, (index, worker) -> {
                    if (inside.incrementAndGet(worker) != 1) {
                        overlaps.incrementAndGet();
                    }
                    if (stallOf[index] > 0) {
                        LockSupport.parkNanos(stallOf[index]);
                    }
                    done.incrementAndGet(index);
                    inside.decrementAndGet(worker);
                });
                for (int i = 0; i < count; i++) {
                    assertThat(done.get(i))
                            .as("index %d of run %d, seed %d", i, run, seed)
                            .isEqualTo(1);
                }
            }
        }
        assertThat(overlaps).as("two tasks on one worker, seed %d", seed).hasValue(0);
    }

    @Test
    void workersThatHaveGoneToSleepWakeForTheNextRun() {
        try (FixedPool pool = FixedPool.open(3)) {
            for (int run = 0; run < 50; run++) {
                AtomicInteger sum = new AtomicInteger();
                pool.run(100, (index, worker) -> {
                    sum.addAndGet(index);
                    LockSupport.parkNanos(10_000);
                });
                assertThat(sum).hasValue(4950);
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    @Test
    void whatATaskThrowsReachesTheCallerAndThePoolLivesOn() {
        try (FixedPool pool = FixedPool.open(4)) {
            for (int run = 0; run < 200; run++) {
                int bad = run % 50;
                assertThatThrownBy(() -> pool.run(50, (index, worker) -> {
                            if (index == bad) {
                                throw new IllegalArgumentException("index " + index);
                            }
                        }))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("index " + bad);
                AtomicInteger sum = new AtomicInteger();
                pool.run(50, (index, worker) -> sum.addAndGet(index));
                assertThat(sum).hasValue(1225);
            }
        }
    }

    @Test
    void noFurtherIndexIsStartedOnceATaskHasFailed() {
        AtomicInteger started = new AtomicInteger();
        try (FixedPool pool = FixedPool.open(2)) {
            assertThatThrownBy(() -> pool.run(1_000_000_000, (index, worker) -> {
                        started.incrementAndGet();
                        throw new AssertionError("broken");
                    }))
                    .isInstanceOf(AssertionError.class);
        }
        assertThat(started.get()).isBetween(1, 2);
    }

    @Test
    void oneIndexOrOneThreadRunsOnTheCallingThread() {
        Thread caller = Thread.currentThread();
        FixedPool.Task onTheCaller = (index, worker) -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(worker).isZero();
        };
        try (FixedPool one = FixedPool.open(1);
                FixedPool many = FixedPool.open(7)) {
            one.run(10, onTheCaller);
            many.run(1, onTheCaller);
            many.run(0, (index, worker) -> {
                throw new AssertionError("there is no index");
            });
        }
    }

    @Test
    void aTaskThatStartsAnotherIsRefused() {
        try (FixedPool pool = FixedPool.open(2)) {
            assertThatThrownBy(() -> pool.run(4, (index, worker) -> pool.run(4, (i, w) -> {})))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not start one");
        }
    }

    @Test
    void aClosedPoolHasNoThreadsAndRefusesWork() {
        FixedPool pool = FixedPool.open(5);
        pool.run(100, (index, worker) -> {});
        pool.close();
        pool.close();
        assertThatThrownBy(() -> pool.run(2, (index, worker) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the pool is closed");
    }

    @Test
    void theNumberOfThreadsIsCheckedWhenThePoolIsOpened() {
        assertThatThrownBy(() -> FixedPool.open(0)).hasMessageContaining("0 threads");
        assertThatThrownBy(() -> FixedPool.open(1025)).hasMessageContaining("1025 threads");
    }
}
