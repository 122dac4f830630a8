package org.narrowbert.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.jmh.peers.LangChainEmbedder;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.inference.EmbeddingOutput;
import org.narrowbert.model.inference.SentenceEncoder;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.inference.TextEmbedder;
import org.narrowbert.model.onnx.reading.OnnxEncoder;
import org.narrowbert.model.tokenizer.Tokenizer;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * Texts to vectors by all-MiniLM-L6-v2, tokenizing included, beside LangChain4j's class that does so in the process; both read the ONNX file that LangChain4j
 * publishes. Vectors are compared before anything is timed.
 *
 * <p>Again: {@code ./mvnw -Ppeers -pl jmh -am package -DskipTests && NARROWBERT_DATA=DIR java -jar jmh/target/benchmarks.jar EmbeddingBenchmark}, where DIR
 * has books/validation.txt.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 4)
@Measurement(iterations = 4, time = 3)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"
        })
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class EmbeddingBenchmark {
    /** As the model's sentence_bert_config.json says. */
    private static final int MAX_TOKENS = 256;

    /** What {@code embed} takes unless it is told otherwise. */
    private static final int BATCH_TOKENS = 4096;

    private static final int SENTENCES = 1000;
    private static final int PARAGRAPHS = 200;
    private static final int COMPARED = 8;
    private static final double TOLERANCE = 1e-4;

    /** Which texts an operation is. */
    public enum Work {
        /** One short sentence, as a search's question; the next one each time. */
        ONE_SENTENCE,
        /** 1,000 short sentences. */
        SENTENCES,
        /** 200 paragraphs of books, of 3 to 90 words. */
        PARAGRAPHS
    }

    /** Who computes. */
    public enum Embedder {
        OURS,
        LANGCHAIN4J
    }

    /** Which texts. */
    @Param
    public Work work = Work.ONE_SENTENCE;

    /** Who computes. */
    @Param
    public Embedder embedder = Embedder.OURS;

    /** Threads that compute. */
    @Param("2")
    public int threads;

    private List<String> texts;
    private Path file;
    private Path output;
    private Backend backend;
    private Parameters parameters;
    private Tokenizer tokenizer;
    private SentenceEncoder encoder;
    private PackedWeights packed;
    private LangChainEmbedder peer;
    private int next;

    /** Loads both models, and compares their vectors of some texts. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        System.out.println("# " + Threads.pin(threads));
        texts = work == Work.PARAGRAPHS ? BookTexts.paragraphs(PARAGRAPHS) : BookTexts.sentences(SENTENCES);
        file = Files.write(Files.createTempFile("texts", ".txt"), texts);
        output = Files.createTempFile("vectors", ".npy");
        backend = Backends.find().preferred().open(new BackendOptions(threads));
        OnnxEncoder read = OnnxEncoder.read(LangChainEmbedder.model());
        parameters = Parameters.open(read.parameters(), backend);
        read.load(parameters);
        tokenizer = Tokenizer.open(LangChainEmbedder.tokenizer());
        encoder = new SentenceEncoder(
                read.config(),
                new SentenceSettings(MAX_TOKENS, SentenceSettings.Pooling.MEAN, true),
                parameters,
                tokenizer,
                backend);
        packed = encoder.keepPacked();
        peer = LangChainEmbedder.open(threads);
        for (String text : texts.subList(0, COMPARED)) {
            compare(text);
        }
    }

    private void compare(String text) {
        float[] ours = embed(text);
        float[] theirs = peer.embed(text);
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE)) {
                throw new IllegalStateException(
                        "the vectors of '" + text + "' differ at " + i + ": " + ours[i] + " and " + theirs[i]);
            }
        }
    }

    /** Closes what {@link #open} opened. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        peer.close();
        packed.close();
        encoder.close();
        tokenizer.close();
        parameters.close();
        backend.close();
        Files.delete(file);
        Files.delete(output);
    }

    private float[] embed(String text) {
        return encoder.embeddings(List.of(encoder.tokens(text).ids())).getFirst();
    }

    private long embedFile() {
        try (Texts lines = Texts.lines(file);
                EmbeddingOutput vectors = EmbeddingOutput.open(output, EmbeddingOutput.Format.NPY, encoder.columns())) {
            long count = new TextEmbedder(encoder, BATCH_TOKENS)
                    .embed(lines, vectors, bytes -> {})
                    .texts();
            vectors.commit();
            return count;
        }
    }

    /** The vectors of the work's texts; ours of many are read from a file and written to one, as {@code embed} does. */
    @Benchmark
    public void embed(Blackhole result) {
        switch (embedder) {
            case OURS -> {
                if (work == Work.ONE_SENTENCE) {
                    result.consume(embed(texts.get(next++ % texts.size())));
                } else {
                    result.consume(embedFile());
                }
            }
            case LANGCHAIN4J -> {
                if (work == Work.ONE_SENTENCE) {
                    result.consume(peer.embed(texts.get(next++ % texts.size())));
                } else {
                    result.consume(peer.embed(texts));
                }
            }
        }
    }
}
