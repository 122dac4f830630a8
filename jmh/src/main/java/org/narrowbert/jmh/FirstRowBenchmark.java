package org.narrowbert.jmh;

import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.jmh.peers.EncoderPeer;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;
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
 * BERT-base answering a batch whose head reads the first row of each text, [CLS]: {sf}2:{sf}10 beside the dense model as everyone computes it, with
 * its last layer narrowed, and in ONNX Runtime. The head has 1,000 classes, so that it costs next to nothing in all of them; weights are kept
 * packed.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar FirstRowBenchmark}; a quick look by
 * {@code -f 1 -p batch=8x128}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"
        })
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class FirstRowBenchmark {
    private static final int CLASSES = 1000;
    private static final int MASK = 103;

    /** What answers. */
    public enum Model {
        /** {sf}12: with all rows of the last layer. */
        DENSE("{sf}12:", Peer.OURS_WEIGHTS_KEPT),
        /** {sf}12: with the first rows of the last layer. */
        DENSE_LAST_LAYER_NARROWED("{sf}12:", Peer.OURS_LAST_LAYER_NARROWED),
        /** {sf}2:{sf}10. */
        SPARSE_QUERIES_2("{sf}2:{sf}10", Peer.OURS_LAST_LAYER_NARROWED),
        /** {sf}12: in ONNX Runtime. */
        DENSE_ONNX_RUNTIME("{sf}12:", Peer.ONNX_RUNTIME);

        private final String layout;
        private final Peer peer;

        Model(String layout, Peer peer) {
            this.layout = layout;
            this.peer = peer;
        }
    }

    /** Texts and tokens of each. */
    @Param({"1x128", "8x128", "8x512"})
    public String batch = "";

    /** The model, and who computes it. */
    @Param
    public Model model = Model.DENSE;

    /** Threads that compute. */
    @Param("2")
    public int threads;

    private Backend holder;
    private Parameters parameters;
    private EncoderPeer encoder;

    /** Pins the threads and makes the model. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        holder = Backends.find().preferred().open(new BackendOptions(threads));
        System.out.printf(
                "# multiply-adds between registers: %.1f GFLOP/s%n",
                holder.measurePeak().orElseThrow().fmaGflopsAllThreads());
        Batch made = new SampleBatch(CLASSES, MASK).ofFirstRows(BatchLengths.of(batch), 1);
        BertConfig config = BertConfig.of(Layout.parse(model.layout), ModelSize.BASE.shape(), CLASSES);
        parameters =
                Parameters.open(MaskedLanguageModel.inference(config).graph().parameters(), holder);
        Initializer.initialize(parameters, config, 1);
        encoder = EncoderPeer.open(model.peer, config, parameters, made, threads);
        compare(config, made);
    }

    /** Compares the answer with that of the same model with its last layer on all rows. */
    private void compare(BertConfig config, Batch made) {
        try (EncoderPeer full = EncoderPeer.open(Peer.OURS, config, parameters, made, threads)) {
            encoder.requireLogitsOf(full, OperandPrecision.FLOAT32);
        }
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() {
        encoder.close();
        parameters.close();
        holder.close();
    }

    /** One answer. */
    @Benchmark
    public void answer() {
        encoder.run();
    }
}
