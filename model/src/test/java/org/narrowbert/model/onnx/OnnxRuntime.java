package org.narrowbert.model.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.narrowbert.engine.session.Batch;

/** Runs exported models in ONNX Runtime, for tests that compare its logits with ours. */
public final class OnnxRuntime implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** Loads a model. */
    public OnnxRuntime(Path model) {
        session = call(() -> {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                return environment.createSession(model.toString(), options);
            }
        });
    }

    /** A call of ONNX Runtime; whatever it objects to fails the test. */
    private interface Call<T> {
        T make() throws OrtException;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.make();
        } catch (OrtException refused) {
            throw new AssertionError("ONNX Runtime: " + refused.getMessage(), refused);
        }
    }

    /** Logits of a batch's narrow rows, [narrow rows, vocabulary]. */
    public float[] narrowLogits(Batch batch, LogitRows rows, int vocabulary) {
        PaddedBatch padded = PaddedBatch.of(batch);
        float[] all = call(() -> run("logits", padded, rows, padded.batch(), padded.sequence()));
        float[] narrow = new float[batch.narrow().count() * vocabulary];
        for (int row = 0; row < batch.narrow().count(); row++) {
            int place = padded.place(batch.narrow(), row);
            int from = switch (rows) {
                case POSITIONS -> place;
                case EVERY_TOKEN ->
                    place / padded.places() * padded.sequence() + Math.toIntExact(padded.positions()[place]);
            };
            System.arraycopy(all, from * vocabulary, narrow, row * vocabulary, vocabulary);
        }
        return narrow;
    }

    /** An output of a batch, as it comes: padding included. */
    public float[] output(String name, Batch batch) {
        PaddedBatch padded = PaddedBatch.of(batch);
        return output(name, padded, padded.batch(), padded.sequence());
    }

    /** An output of a batch whose sequences are the choices of examples, each example as many. */
    public float[] outputOfChoices(String name, Batch batch, int choices) {
        PaddedBatch padded = PaddedBatch.of(batch);
        return output(name, padded, padded.batch() / choices, choices, padded.sequence());
    }

    private float[] output(String name, PaddedBatch padded, long... shape) {
        if (!session.getOutputNames().contains(name)) {
            throw new AssertionError("no output " + name + " among " + session.getOutputNames());
        }
        return call(() -> run(name, padded, LogitRows.EVERY_TOKEN, shape));
    }

    private float[] run(String output, PaddedBatch padded, LogitRows rows, long... shape) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put("input_ids", tensor(padded.inputIds(), shape));
            inputs.put("attention_mask", tensor(padded.attentionMask(), shape));
            inputs.put("token_type_ids", tensor(padded.tokenTypeIds(), shape));
            if (rows == LogitRows.POSITIONS) {
                inputs.put("positions", tensor(padded.positions(), padded.batch(), padded.places()));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                FloatBuffer values = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
                float[] array = new float[values.remaining()];
                values.get(array);
                return array;
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(long[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    @Override
    public void close() {
        call(() -> {
            session.close();
            return session;
        });
    }
}
