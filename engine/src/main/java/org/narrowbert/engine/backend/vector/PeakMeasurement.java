package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/** Measures {@link MachinePeak}: loops that do nothing but multiply-add, or read and write. Each rate is the best of several runs. */
final class PeakMeasurement {
    private static final int RUNS = 8;

    /** Multiply-adds under way at once: more than latency times throughput of any core. */
    private static final int SUMS = 12;

    /** Steps of a task: some 2 ms. */
    private static final int STEPS = 500_000;

    private static final int TASKS_PER_THREAD = 8;

    /** Bytes of each of the triad's three arrays, and those that a task computes. */
    private static final long ARRAY_BYTES = 1L << 26;

    private static final long TASK_BYTES = 1L << 20;

    private final FixedPool pool;

    /** Where sums go, so that the loop is not dropped: one a cache line a thread. */
    private final float[] sinks;

    private PeakMeasurement(FixedPool pool) {
        this.pool = pool;
        sinks = new float[16 * pool.threads()];
    }

    /** Measures the machine with the pool's threads, for about a second. */
    static MachinePeak of(FixedPool pool) {
        PeakMeasurement measurement = new PeakMeasurement(pool);
        double one = measurement.multiplyAdds(1);
        double all = pool.threads() == 1 ? one : measurement.multiplyAdds(TASKS_PER_THREAD * pool.threads());
        return new MachinePeak(one, all, measurement.triad(), pool.threads(), Lanes.FLOATS.vectorBitSize());
    }

    /** 10^9 operations a second in {@code tasks} tasks; one task runs on one thread. */
    private double multiplyAdds(int tasks) {
        int repeats = tasks == 1 ? TASKS_PER_THREAD : 1;
        double operations = 2.0 * Lanes.COUNT * SUMS * STEPS * tasks * repeats;
        double best = 0;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            for (int repeat = 0; repeat < repeats; repeat++) {
                pool.run(tasks, (index, worker) -> sinks[16 * worker] += multiplyAdds(0.999f, STEPS));
            }
            best = Math.max(best, operations / (System.nanoTime() - start));
        }
        return best;
    }

    private static float multiplyAdds(float value, int steps) {
        FloatVector factor = Lanes.broadcast(value);
        FloatVector s0 = Lanes.zero();
        FloatVector s1 = s0.add(1);
        FloatVector s2 = s0.add(2);
        FloatVector s3 = s0.add(3);
        FloatVector s4 = s0.add(4);
        FloatVector s5 = s0.add(5);
        FloatVector s6 = s0.add(6);
        FloatVector s7 = s0.add(7);
        FloatVector s8 = s0.add(8);
        FloatVector s9 = s0.add(9);
        FloatVector s10 = s0.add(10);
        FloatVector s11 = s0.add(11);
        for (int step = 0; step < steps; step++) {
            s0 = s0.fma(factor, factor);
            s1 = s1.fma(factor, factor);
            s2 = s2.fma(factor, factor);
            s3 = s3.fma(factor, factor);
            s4 = s4.fma(factor, factor);
            s5 = s5.fma(factor, factor);
            s6 = s6.fma(factor, factor);
            s7 = s7.fma(factor, factor);
            s8 = s8.fma(factor, factor);
            s9 = s9.fma(factor, factor);
            s10 = s10.fma(factor, factor);
            s11 = s11.fma(factor, factor);
        }
        FloatVector left = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        return left.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
    }

    /** 10^9 bytes a second of a = b + s * c. */
    private double triad() {
        try (NativeMemory memory = NativeMemory.open(3 * ARRAY_BYTES)) {
            memory.segment().fill((byte) 1); // pages never written to would all be one page
            long a = memory.address();
            double best = 0;
            for (int run = 0; run < RUNS; run++) {
                long start = System.nanoTime();
                pool.run((int) (ARRAY_BYTES / TASK_BYTES), (index, worker) -> triad(a + index * TASK_BYTES));
                best = Math.max(best, 3.0 * ARRAY_BYTES / (System.nanoTime() - start));
            }
            return best;
        }
    }

    private static void triad(long a) {
        for (long at = a; at < a + TASK_BYTES; at += Lanes.BYTES) {
            FloatVector b = Lanes.load(at + ARRAY_BYTES);
            Lanes.store(Lanes.load(at + 2 * ARRAY_BYTES).fma(Lanes.broadcast(0.5f), b), at);
        }
    }
}
