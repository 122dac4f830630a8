package org.narrowbert.jmh.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.PaddedBatch;

/**
 * ONNX Runtime on the file that we write, all graph optimizations on, its own threads. Logits of the narrow rows alone, as ours; the batch is padded to
 * its longest sequence, since it knows no other.
 */
final class OnnxRuntimeEncoder implements EncoderPeer {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs;
    private final PaddedBatch padded;
    private final Batch batch;
    private final int vocabulary;
    private OrtSession.@Nullable Result result;

    private OnnxRuntimeEncoder(
            OrtEnvironment environment,
            OrtSession session,
            Map<String, OnnxTensor> inputs,
            PaddedBatch padded,
            Batch batch,
            int vocabulary) {
        this.environment = environment;
        this.session = session;
        this.inputs = inputs;
        this.padded = padded;
        this.batch = batch;
        this.vocabulary = vocabulary;
    }

    static EncoderPeer open(BertConfig config, Parameters parameters, Batch batch, int threads) {
        try {
            Path file = Files.createTempFile("narrowbert", ".onnx");
            try {
                OnnxExport.maskedLanguageModel(config, LogitRows.POSITIONS).write(file, parameters);
                return read(file, config.vocabSize(), batch, threads);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException error) {
            throw new UncheckedIOException("the model cannot be written for ONNX Runtime", error);
        }
    }

    /** Reads a model that gives the logits of positions. */
    static EncoderPeer read(Path file, int vocabulary, Batch batch, int threads) {
        try {
            return opened(file, vocabulary, batch, threads);
        } catch (NoClassDefFoundError missing) {
            throw PeerMissing.library("ONNX Runtime", missing);
        } catch (OrtException refused) {
            throw new IllegalStateException("ONNX Runtime refuses the model: " + refused.getMessage(), refused);
        }
    }

    private static EncoderPeer opened(Path file, int vocabulary, Batch batch, int threads) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            OrtSession session = environment.createSession(file.toString(), options);
            PaddedBatch padded = PaddedBatch.of(batch);
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            long[] shape = {padded.batch(), padded.sequence()};
            inputs.put("input_ids", tensor(environment, padded.inputIds(), shape));
            inputs.put("attention_mask", tensor(environment, padded.attentionMask(), shape));
            inputs.put("token_type_ids", tensor(environment, padded.tokenTypeIds(), shape));
            inputs.put("positions", tensor(environment, padded.positions(), padded.batch(), padded.places()));
            return new OnnxRuntimeEncoder(environment, session, inputs, padded, batch, vocabulary);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, long[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    @Override
    public String description() {
        return "ONNX Runtime " + environment.getVersion();
    }

    @Override
    public void run() {
        forget();
        try {
            result = session.run(inputs);
        } catch (OrtException refused) {
            throw new IllegalStateException("ONNX Runtime: " + refused.getMessage(), refused);
        }
    }

    @Override
    public float[] logits() {
        if (result == null) {
            throw new IllegalStateException("nothing was run");
        }
        FloatBuffer all = ((OnnxTensor) result.get(0)).getFloatBuffer();
        int rows = batch.narrow().count();
        float[] logits = new float[rows * vocabulary];
        for (int row = 0; row < rows; row++) {
            all.position(padded.place(batch.narrow(), row) * vocabulary);
            all.get(logits, row * vocabulary, vocabulary);
        }
        return logits;
    }

    private void forget() {
        if (result != null) {
            result.close();
            result = null;
        }
    }

    @Override
    public void close() {
        forget();
        inputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException refused) {
            throw new IllegalStateException("ONNX Runtime: " + refused.getMessage(), refused);
        }
    }
}
