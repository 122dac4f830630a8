package org.narrowbert.jmh;

import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.jmh.peers.EncoderPeer;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.data.sample.CorpusLengths;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;
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
 * BERT-base answering a batch: the whole encoder, and the logits of 15% of the tokens. Ours keeps its weights packed, as a model that only answers does,
 * and computes a ragged batch without padding; peers compute it padded.
 *
 * <p>Score: answers a second. {@code gigaflops}: 10^9 floating point operations a second that the real tokens need, the same number for ours and peers;
 * {@code shareOfPeak}: that over the rate of pure multiply-adds on as many threads, measured in the same fork; {@code tokens}: real tokens a second. A
 * peer's logits are compared with ours before anything is timed. All compute the last layer on all rows; {@code -p peer=OURS_LAST_LAYER_NARROWED} shows beside
 * them what narrowing it is worth, at the same number of operations; {@code -p peer=OURS_WEIGHTS_KEPT,ONEDNN -p precision=BFLOAT16} what rounding is.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar EncoderBenchmark -rf json}; a quick look by
 * {@code -f 1 -p batch=8x128 -p threads=2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3) // attention's tiles and the element-wise kernels are compiled by then
@Measurement(iterations = 4, time = 2)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"
        })
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class EncoderBenchmark {
    private static final double MASKED = 0.15;
    private static final int VOCABULARY = 30_522;
    private static final int MASK = 103;

    /** Sequences and tokens of each; {@code ragged}: 16 of 8 to 273 tokens; {@code sentences}: 16 as long as those of a corpus. */
    @Param({"1x16", "1x128", "8x128", "8x512", "ragged", "sentences"})
    public String batch = "";

    /** Who answers. */
    @Param({"OURS_WEIGHTS_KEPT", "ONNX_RUNTIME", "LIBTORCH"})
    public Peer peer = Peer.OURS;

    /** What linear layers' products are rounded to: by peers {@code OURS_WEIGHTS_KEPT} and {@code ONEDNN}. */
    @Param("FLOAT32")
    public OperandPrecision precision = OperandPrecision.FLOAT32;

    /** Threads that compute. */
    @Param({"1", "2"})
    public int threads;

    private MachinePeak peak;
    private Backend holder;
    private Parameters parameters;
    private EncoderPeer encoder;
    private double operations;
    private int tokens;

    /** What was computed: JMH divides all by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 operations. */
        public double gigaflops;

        /** Seconds that the machine would need at its peak. */
        public double shareOfPeak;

        /** Real tokens. */
        public double tokens;
    }

    /** Pins the threads, measures the peak, makes the model, and compares a peer's logits with ours. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        holder = Backends.find().preferred().open(new BackendOptions(threads));
        peak = holder.measurePeak().orElseThrow();
        Batch made = new SampleBatch(VOCABULARY, MASK).of(lengths(), MASKED, 1);
        BertConfig config = BertConfig.of(Layout.dense(12), ModelSize.BASE.shape(), VOCABULARY);
        MaskedLanguageModel model = MaskedLanguageModel.inference(config, LastLayer.FULL);
        operations = Plan.inference(model.graph(), made.extents()).flops(made.extents());
        tokens = made.tokens().count();
        parameters = Parameters.open(model.graph().parameters(), holder);
        Initializer.initialize(parameters, config, 1);
        encoder = EncoderPeer.open(peer, precision, config, parameters, made, threads);
        System.out.printf(
                "# %s; multiply-adds between registers: %.1f GFLOP/s%n",
                encoder.description(), peak.fmaGflopsAllThreads());
        if (peer != Peer.OURS) {
            compare(config, made);
        }
    }

    private int[] lengths() {
        if (batch.equals("ragged")) {
            return CorpusLengths.paragraphs();
        }
        if (batch.equals("sentences")) {
            return CorpusLengths.sentences();
        }
        return BatchLengths.of(batch);
    }

    private void compare(BertConfig config, Batch made) {
        try (EncoderPeer ours = EncoderPeer.open(Peer.OURS, config, parameters, made, threads)) {
            encoder.requireLogitsOf(ours, precision);
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
    public void answer(Work work) {
        encoder.run();
        work.gigaflops += operations / 1e9;
        work.shareOfPeak += operations / 1e9 / peak.fmaGflopsAllThreads();
        work.tokens += tokens;
    }
}
