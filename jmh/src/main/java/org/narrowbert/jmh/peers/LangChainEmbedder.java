package org.narrowbert.jmh.peers;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * LangChain4j's embedding model in the process: ONNX Runtime, text by text; of several texts as many at a time as there are threads. Pools the mean and
 * brings vectors to length one.
 */
public final class LangChainEmbedder implements AutoCloseable {
    private static final String MODEL = "all-minilm-l6-v2";

    private final ExecutorService executor;
    private final OnnxEmbeddingModel model;

    private LangChainEmbedder(ExecutorService executor, OnnxEmbeddingModel model) {
        this.executor = executor;
        this.model = model;
    }

    /** The published model's file. */
    public static Path model() {
        return PeerFolder.of(MODEL, "LangChain4j's all-MiniLM-L6-v2").resolve(MODEL + ".onnx");
    }

    /** Its tokenizer's. */
    public static Path tokenizer() {
        return PeerFolder.of(MODEL, "LangChain4j's all-MiniLM-L6-v2").resolve(MODEL + "-tokenizer.json");
    }

    /** Loads the published model. */
    public static LangChainEmbedder open(int threads) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            return new LangChainEmbedder(
                    executor, new OnnxEmbeddingModel(model(), tokenizer(), PoolingMode.MEAN, executor));
        } catch (LinkageError missing) {
            executor.shutdown();
            throw PeerMissing.library("LangChain4j", missing);
        }
    }

    /** One text's vector. */
    public float[] embed(String text) {
        return model.embed(text).content().vector();
    }

    /** The vectors of several texts. */
    public List<float[]> embed(List<String> texts) {
        return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                .map(Embedding::vector)
                .toList();
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
