package org.narrowbert.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
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
 * Attention forward and backward at the shapes of BERT-base, full and narrow (queries of the masked rows alone), beside the machine's peak.
 *
 * <p>Score: calls a second. {@code gigaflops}: 10^9 floating point operations a second, counting the two matrix products of the forward pass (4 x
 * queries x keys x width a head) and the five of the backward pass; {@code shareOfPeak}: that over the rate of pure multiply-adds on as many
 * threads, measured in the same fork. The first sequence's first head is compared with the reference before anything is timed.
 *
 * <p>Again: {@code ./mvnw -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar AttentionBenchmark}; one shape by {@code -p
 * shape=8x128x128}, allocation by {@code -prof gc}, a quick look by {@code -f 1}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1) // the tiles are compiled within the first seconds
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class AttentionBenchmark {
    /** The pass. */
    public enum Pass {
        FORWARD(4),
        BACKWARD(10);

        private final int operationsAPair;

        Pass(int operationsAPair) {
            this.operationsAPair = operationsAPair;
        }
    }

    private static final int HEADS = 12;
    private static final int WIDTH = 64;
    private static final int HIDDEN = HEADS * WIDTH;

    /** float32 rounding over sums of up to 512 terms of magnitude one. */
    private static final double TOLERANCE = 1e-4;

    /** Sequences, tokens of each, queries of each. */
    @Param({"8x128x128", "4x512x512", "8x128x19", "4x512x77"})
    public String shape = "";

    /** Forward or backward. */
    @Param
    public Pass pass = Pass.FORWARD;

    /** Share of probabilities dropped. */
    @Param({"0", "0.1"})
    public float dropout;

    /** Threads that compute. */
    @Param({"1", "2"})
    public int threads;

    private Backend backend;
    private MachinePeak peak;
    private Buffer buffer;
    private Rows queryRows;
    private Rows keyRows;
    private DropoutMask mask;
    private Matrix query;
    private Matrix key;
    private Matrix value;
    private Matrix logSumExp;
    private Matrix output;
    private Matrix outputGradient;
    private Matrix delta;
    private Matrix queryGradient;
    private Matrix keyGradient;
    private Matrix valueGradient;
    private double operations;

    /** What was computed: JMH divides both by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 operations. */
        public double gigaflops;

        /** Seconds that the machine would need at its peak. */
        public double shareOfPeak;
    }

    /** Opens the backend, measures the peak, fills the matrices, and compares a head with the reference. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        String[] sizes = shape.split("x", -1);
        int sequences = Integer.parseInt(sizes[0]);
        int tokens = Integer.parseInt(sizes[1]);
        int queries = Integer.parseInt(sizes[2]);
        backend = Backends.find().named("vector").open(new BackendOptions(threads));
        peak = backend.measurePeak().orElseThrow();
        queryRows = rows(sequences, tokens, queries);
        keyRows = rows(sequences, tokens, tokens);
        mask = dropout > 0 ? new DropoutMask(dropout, 0x5eed_5eed_5eed_5eedL, 0) : DropoutMask.NONE;
        int queryCount = queryRows.count();
        int keyCount = keyRows.count();
        buffer = backend.allocate(4L * (queryCount + keyCount) * HIDDEN + 2L * queryCount * HEADS);
        long at = 0;
        Matrix[] made = new Matrix[10];
        for (int i = 0; i < made.length; i++) {
            int rowCount = i < 4 || i > 7 ? queryCount : keyCount;
            int columns = i > 7 ? HEADS : HIDDEN;
            made[i] = Matrix.dense(buffer, at, rowCount, columns);
            at += (long) rowCount * columns;
            fill(made[i], i);
        }
        query = made[0];
        output = made[1];
        outputGradient = made[2];
        queryGradient = made[3];
        key = made[4];
        value = made[5];
        keyGradient = made[6];
        valueGradient = made[7];
        logSumExp = made[8];
        delta = made[9];
        operations = (double) pass.operationsAPair * sequences * queries * tokens * HIDDEN;
        compare();
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() {
        buffer.close();
        backend.close();
    }

    /** One pass. */
    @Benchmark
    public void attend(Work work) {
        switch (pass) {
            case FORWARD -> forward(backend.kernels(), queryRows, keyRows, HEADS, output, logSumExp);
            case BACKWARD -> backward(backend.kernels(), queryRows, keyRows, HEADS, queryGradient, keyGradient);
        }
        work.gigaflops += operations / 1e9;
        work.shareOfPeak += operations / 1e9 / peak.fmaGflopsAllThreads();
    }

    private void forward(Kernels kernels, Rows queries, Rows keys, int heads, Matrix output, Matrix logSumExp) {
        kernels.attention(
                part(query, queries, heads),
                queries,
                part(key, keys, heads),
                part(value, keys, heads),
                keys,
                heads,
                mask,
                logSumExp,
                output);
    }

    private void backward(
            Kernels kernels, Rows queries, Rows keys, int heads, Matrix queryGradient, Matrix keyGradient) {
        kernels.attentionGradient(
                part(query, queries, heads),
                queries,
                part(key, keys, heads),
                part(value, keys, heads),
                keys,
                heads,
                mask,
                logSumExp.rows(0, queries.count()).columns(0, heads),
                part(output, queries, heads),
                part(outputGradient, queries, heads),
                delta.rows(0, queries.count()).columns(0, heads),
                queryGradient,
                false,
                keyGradient,
                false,
                part(valueGradient, keys, heads),
                false);
    }

    private static Matrix part(Matrix matrix, Rows rows, int heads) {
        return matrix.rows(0, rows.count()).columns(0, heads * WIDTH);
    }

    private void compare() {
        forward(backend.kernels(), queryRows, keyRows, HEADS, output, logSumExp);
        backward(backend.kernels(), queryRows, keyRows, HEADS, queryGradient, keyGradient);
        Rows queries = first(queryRows);
        Rows keys = first(keyRows);
        try (Backend reference = Backends.find().named("reference").open(new BackendOptions(1));
                Buffer exact = reference.allocate((2L * WIDTH + 1) * queries.count() + (long) WIDTH * keys.count())) {
            Matrix exactOutput = Matrix.dense(exact, 0, queries.count(), WIDTH);
            Matrix exactGradient = Matrix.dense(exact, exactOutput.size(), queries.count(), WIDTH);
            Matrix exactKeys = Matrix.dense(exact, 2 * exactOutput.size(), keys.count(), WIDTH);
            Matrix exactLogSumExp = Matrix.dense(exact, 2 * exactOutput.size() + exactKeys.size(), queries.count(), 1);
            forward(reference.kernels(), queries, keys, 1, exactOutput, exactLogSumExp);
            near("output", part(output, queries, 1), exactOutput);
            float[] queryGradients = part(queryGradient, queries, 1).toArray();
            float[] keyGradients = part(keyGradient, keys, 1).toArray();
            backward(reference.kernels(), queries, keys, 1, exactGradient, exactKeys);
            near("queryGradient", queryGradients, exactGradient.toArray());
            near("keyGradient", keyGradients, exactKeys.toArray());
        }
    }

    private static Rows first(Rows rows) {
        int[] tokens = new int[rows.end(0)];
        for (int row = 0; row < tokens.length; row++) {
            tokens[row] = rows.token(row);
        }
        return Rows.of(1, new int[] {0, tokens.length}, tokens);
    }

    private void near(String name, Matrix made, Matrix expected) {
        near(name, made.toArray(), expected.toArray());
    }

    private void near(String name, float[] made, float[] expected) {
        for (int i = 0; i < made.length; i++) {
            if (!(Math.abs(made[i] - expected[i]) <= TOLERANCE)) {
                throw new AssertionError(
                        name + " of " + shape + " at " + i + " is " + made[i] + ", the reference says " + expected[i]);
            }
        }
    }

    private static Rows rows(int sequences, int tokens, int rowsOfEach) {
        int[] offsets = new int[sequences + 1];
        int[] numbers = new int[sequences * rowsOfEach];
        for (int row = 0; row < numbers.length; row++) {
            int sequence = row / rowsOfEach;
            offsets[sequence + 1] = row + 1;
            numbers[row] = sequence * tokens + row % rowsOfEach * tokens / rowsOfEach;
        }
        return Rows.of(sequences, offsets, numbers);
    }

    private static void fill(Matrix matrix, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                matrix.set(row, column, random.nextDouble() - 0.5);
            }
        }
    }
}
