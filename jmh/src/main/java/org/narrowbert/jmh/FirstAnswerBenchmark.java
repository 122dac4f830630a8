package org.narrowbert.jmh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.jmh.peers.EncoderPeer;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a BERT-base on disk to the logits of a first batch of 1 x 16 tokens, in a JVM that has compiled nothing yet: reading 440 MB, planning, and one
 * cold answer. Ours reads a Hugging Face directory, ONNX Runtime the file that we wrote; both come from the file cache.
 *
 * <p>Score: seconds, one a fork. The models are written once into the temporary folder {@code narrowbert-first-answer}, which may be deleted.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar FirstAnswerBenchmark -rf json}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"
        })
public class FirstAnswerBenchmark {
    private static final int VOCABULARY = 30_522;
    private static final int MASK = 103;

    /** Who answers. */
    @Param({"OURS", "ONNX_RUNTIME"})
    public Peer peer = Peer.OURS;

    /** Threads that compute. */
    @Param("2")
    public int threads;

    private final Path folder = Path.of(System.getProperty("java.io.tmpdir"), "narrowbert-first-answer");
    private final Path directory = folder.resolve("model");
    private final Path onnx = folder.resolve("model.onnx");
    private final Batch batch = new SampleBatch(VOCABULARY, MASK).of(new int[] {16}, 0.15, 1);

    /** Writes the models unless they are there. */
    @Setup(Level.Trial)
    public void write() throws Exception {
        System.out.println("# " + Threads.pin(threads));
        if (Files.exists(onnx)) {
            return;
        }
        Files.createDirectories(folder);
        BertConfig config = BertConfig.of(Layout.dense(12), ModelSize.BASE.shape(), VOCABULARY);
        try (Backend backend = Backends.find().preferred().open(new BackendOptions(1));
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(config).graph().parameters(), backend)) {
            Initializer.initialize(parameters, config, 1);
            HuggingFaceWriter.of(ConfigJson.of(config), parameters).write(directory, true);
            OnnxExport.maskedLanguageModel(config, LogitRows.POSITIONS).write(onnx, parameters);
        }
    }

    /** Reads the model, and answers once. */
    @Benchmark
    public float[] readAndAnswer() {
        return switch (peer) {
            case OURS -> ours();
            case ONNX_RUNTIME -> {
                try (EncoderPeer encoder = EncoderPeer.onnxRuntime(onnx, VOCABULARY, batch, threads)) {
                    encoder.run();
                    yield encoder.logits();
                }
            }
            case OURS_WEIGHTS_KEPT, OURS_LAST_LAYER_NARROWED, LIBTORCH, OPENBLAS, MKL, ONEDNN ->
                throw new IllegalArgumentException(peer + " reads no model");
        };
    }

    private float[] ours() {
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(directory);
                Backend backend = Backends.find().preferred().open(new BackendOptions(threads));
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(saved.config()).graph().parameters(), backend)) {
            saved.load(parameters).requireComplete();
            try (EncoderPeer encoder = EncoderPeer.open(Peer.OURS, saved.config(), parameters, batch, threads)) {
                encoder.run();
                return encoder.logits();
            }
        }
    }
}
