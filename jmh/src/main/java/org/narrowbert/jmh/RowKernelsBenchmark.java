package org.narrowbert.jmh;

import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.jmh.peers.Threads;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels that walk through memory row by row, each on the vector backend and, as its peer, in the reference's plain loops.
 *
 * <p>Score: calls a second. {@code gigabytes}: 10^9 bytes read and written a second, every matrix counted once each way in float32; {@code
 * shareOfTriad}: that over what the machine streams through arrays larger than its caches on as many threads, measured in the same fork (data that
 * stay in a cache may exceed it). {@code gigaflops} and {@code shareOfPeak} are those of the products inside cross-entropy, 0 for the others. Both
 * backends are compared on a small shape before anything is timed.
 *
 * <p>Again: {@code ./mvnw -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar RowKernelsBenchmark}; one kernel by {@code -p
 * kernel=ADAMW}, allocation by {@code -prof gc}, a quick look by {@code -f 1 -p backend=vector}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class RowKernelsBenchmark {
    /** Rows of a batch of 8 sequences of 128 tokens. */
    private static final int ROWS = 1024;

    /** Rows of the shape that is compared. */
    private static final int COMPARED_ROWS = 37;

    /** float32 rounding over sums of up to 768 terms of magnitude one, whose own sum is about 30. */
    private static final double TOLERANCE = 1e-3;

    /** Which kernel. */
    @Param
    public RowKernel kernel = RowKernel.ADD_NORMALIZE;

    /** Whose kernel. */
    @Param({"vector", "reference"})
    public String backend = "";

    /** Threads that compute; the reference has one. */
    @Param({"1", "2"})
    public int threads;

    private MachinePeak peak;
    private RowKernelRun run;

    /** What was done: JMH divides all by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 bytes. */
        public double gigabytes;

        /** Seconds that the machine would need to stream them. */
        public double shareOfTriad;

        /** 10^9 operations. */
        public double gigaflops;

        /** Seconds that the machine would need for them at its peak. */
        public double shareOfPeak;
    }

    /** Measures the peak, compares the backends, and fills the matrices. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        try (Backend vector = Backends.find().named("vector").open(new BackendOptions(threads))) {
            peak = vector.measurePeak().orElseThrow();
        }
        compare();
        run = RowKernelRun.open(kernel, backend, threads, ROWS);
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() {
        run.close();
    }

    /** One call. */
    @Benchmark
    public void call(Work work) {
        run.run();
        work.gigabytes += run.bytes() / 1e9;
        work.shareOfTriad += run.bytes() / 1e9 / peak.triadGigabytesPerSecond();
        work.gigaflops += run.operations() / 1e9;
        work.shareOfPeak += run.operations() / 1e9 / peak.fmaGflopsAllThreads();
    }

    private void compare() {
        try (RowKernelRun vector = RowKernelRun.open(kernel, "vector", threads, COMPARED_ROWS);
                RowKernelRun reference = RowKernelRun.open(kernel, "reference", 1, COMPARED_ROWS)) {
            vector.run();
            reference.run();
            float[] made = vector.values();
            float[] expected = reference.values();
            for (int i = 0; i < made.length; i++) {
                if (!(Math.abs(made[i] - expected[i]) <= TOLERANCE)) {
                    throw new AssertionError(
                            kernel + ": element " + i + " is " + made[i] + ", the reference says " + expected[i]);
                }
            }
        }
    }
}
