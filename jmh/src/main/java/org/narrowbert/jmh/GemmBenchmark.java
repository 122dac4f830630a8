package org.narrowbert.jmh;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.jmh.peers.MatrixPeers;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.PeerMissing;
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
 * The three matrix products of a linear layer at the shapes of BERT-base, ours beside native libraries' and what the machine can do at most. With
 * {@code OURS_WEIGHTS_KEPT} the weight is packed once, as in a model that only answers; a library gets its matrices as they lie, and adds the bias in a
 * pass of ours.
 *
 * <p>Score: products a second. {@code gigaflops}: 10^9 floating point operations a second. {@code shareOfPeak}: that over the rate of pure
 * multiply-adds on as many threads, measured in the same fork before the product is timed. Some elements of each product are compared with plain
 * sums in double before anything is timed.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar GemmBenchmark -rf json}; one shape by {@code
 * -p shape=1024x768x768}, ours alone by {@code -p peer=OURS}, a quick look by {@code -f 1}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1) // the micro-kernel is compiled within the first second
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class GemmBenchmark {
    /** Which product of a layer with input X [rows, in], weight W [out, in] and output Y [rows, out]. */
    public enum Product {
        /** Y = X W^T + bias. */
        OUTPUT,
        /** dX = dY W. */
        INPUT_GRADIENT,
        /** dW = dY^T X. */
        WEIGHT_GRADIENT
    }

    /** Elements of each product that are compared before it is timed. */
    private static final int COMPARED = 500;

    /** Rounding of float32 sums of up to 4096 products of numbers below 1/2, whose sum is about 5. */
    private static final double TOLERANCE = 1e-3;

    /** Rows, in and out. The last is a chunk of the decoder, for the masked rows of 4096 tokens. */
    @Param({
        "512x768x768",
        "1024x768x768",
        "4096x768x768",
        "1024x768x3072",
        "4096x768x3072",
        "1024x3072x768",
        "4096x3072x768",
        "614x768x4096"
    })
    public String shape = "";

    /** Which product. */
    @Param
    public Product product = Product.OUTPUT;

    /** Who multiplies. */
    @Param({"OURS", "OURS_WEIGHTS_KEPT", "OPENBLAS", "MKL", "ONEDNN"})
    public Peer peer = Peer.OURS;

    /** Threads that compute. */
    @Param({"1", "2"})
    public int threads;

    private Backend backend;
    private PackedWeights packed = PackedWeights.NONE;
    private Kernels kernels;
    private MachinePeak peak;
    private Buffer buffer;
    private Matrix input;
    private Matrix weight;
    private Matrix bias;
    private Matrix output;
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

    /** Pins the threads, opens the peer, measures the peak, fills the matrices, and compares the product. */
    @Setup(Level.Trial)
    public void open() {
        String[] sizes = shape.split("x", -1);
        int rows = Integer.parseInt(sizes[0]);
        int in = Integer.parseInt(sizes[1]);
        int out = Integer.parseInt(sizes[2]);
        if (peer == Peer.OURS_WEIGHTS_KEPT && product != Product.OUTPUT) {
            throw PeerMissing.work(peer, "weights that stay as they are while gradients are computed");
        }
        System.out.println("# " + Threads.pin(threads));
        backend = MatrixPeers.open(peer, OperandPrecision.FLOAT32, threads);
        kernels = backend.kernels();
        peak = backend.measurePeak().orElseThrow();
        long[] ends = {(long) rows * in, (long) out * in, out, (long) rows * out};
        buffer = backend.allocate(ends[0] + ends[1] + ends[2] + ends[3]);
        input = Matrix.dense(buffer, 0, rows, in);
        weight = Matrix.dense(buffer, ends[0], out, in);
        output = Matrix.dense(buffer, ends[0] + ends[1], rows, out);
        bias = Matrix.dense(buffer, ends[0] + ends[1] + ends[3], 1, out);
        operations = 2.0 * rows * in * out;
        fill();
        compare();
        fill();
        if (peer == Peer.OURS_WEIGHTS_KEPT) {
            packed = backend.keepPacked(List.of(weight));
        }
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() {
        packed.close();
        buffer.close();
        backend.close();
    }

    /** One product. */
    @Benchmark
    public void multiply(Work work) {
        run();
        work.gigaflops += operations / 1e9;
        work.shareOfPeak += operations / 1e9 / peak.fmaGflopsAllThreads();
    }

    private void run() {
        switch (product) {
            case OUTPUT -> kernels.linear(input, weight, bias, output);
            case INPUT_GRADIENT -> kernels.linearInputGradient(output, weight, input, false);
            case WEIGHT_GRADIENT -> kernels.linearWeightGradient(input, output, weight, false);
        }
    }

    private void fill() {
        SplittableRandom random = new SplittableRandom(7);
        for (Matrix matrix : new Matrix[] {input, weight, bias, output}) {
            for (int row = 0; row < matrix.rows(); row++) {
                for (int column = 0; column < matrix.columns(); column++) {
                    matrix.set(row, column, random.nextDouble() - 0.5);
                }
            }
        }
    }

    private void compare() {
        run();
        Matrix made = switch (product) {
            case OUTPUT -> output;
            case INPUT_GRADIENT -> input;
            case WEIGHT_GRADIENT -> weight;
        };
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < COMPARED; i++) {
            int row = random.nextInt(made.rows());
            int column = random.nextInt(made.columns());
            double expected = expected(row, column);
            if (!(Math.abs(made.get(row, column) - expected) <= TOLERANCE)) {
                throw new AssertionError(product + " of " + shape + " at (" + row + ", " + column + ") is "
                        + made.get(row, column) + ", a plain sum gives " + expected);
            }
        }
    }

    private double expected(int row, int column) {
        double sum = 0;
        switch (product) {
            case OUTPUT -> {
                for (int k = 0; k < input.columns(); k++) {
                    sum += input.get(row, k) * weight.get(column, k);
                }
                sum += bias.get(0, column);
            }
            case INPUT_GRADIENT -> {
                for (int k = 0; k < weight.rows(); k++) {
                    sum += output.get(row, k) * weight.get(k, column);
                }
            }
            case WEIGHT_GRADIENT -> {
                for (int k = 0; k < input.rows(); k++) {
                    sum += output.get(k, row) * input.get(k, column);
                }
            }
        }
        return sum;
    }
}
