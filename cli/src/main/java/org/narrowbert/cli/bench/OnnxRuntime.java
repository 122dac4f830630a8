package org.narrowbert.cli.bench;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.PaddedBatch;

/**
 * ONNX Runtime, from a jar that the user names: the product does not depend on it, so its classes are called by their names. It reads the model
 * as the ONNX file that we write, and optimizes it as much as it can; the batch is padded to its longest sequence, since it knows no other.
 */
public final class OnnxRuntime implements AutoCloseable {
    private static final String PACKAGE = "ai.onnxruntime.";

    private final URLClassLoader classes;
    private final Object environment;
    private final int threads;

    private OnnxRuntime(URLClassLoader classes, Object environment, int threads) {
        this.classes = classes;
        this.environment = environment;
        this.threads = threads;
    }

    /**
     * Loads the library.
     *
     * @param jar com.microsoft.onnxruntime:onnxruntime, whose native libraries lie in it
     * @param threads that compute
     * @throws UserError if there is no such file, or something else is in it
     */
    public static OnnxRuntime open(Path jar, int threads) {
        if (!Files.isRegularFile(jar)) {
            throw new UserError("--onnx-runtime is " + jar + ", which is no file: name the jar of ONNX Runtime");
        }
        try {
            URLClassLoader classes =
                    new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            try {
                Object environment = new Called(classes.loadClass(PACKAGE + "OrtEnvironment")).call("getEnvironment");
                return new OnnxRuntime(classes, environment, threads);
            } catch (ClassNotFoundException missing) {
                classes.close();
                throw new UserError("--onnx-runtime is " + jar + ", which holds no ONNX Runtime: name the jar of "
                        + "com.microsoft.onnxruntime:onnxruntime");
            }
        } catch (IOException error) {
            throw new RunError(jar + " cannot be read: " + error.getMessage(), error);
        }
    }

    /** Its name and version. */
    public String name() {
        return "ONNX Runtime " + new Called(environment).call("getVersion");
    }

    /** A model's forward pass on a batch. */
    Pass pass(BertConfig config, Parameters parameters, Batch batch, double flops) {
        try {
            Path file = Files.createTempFile("narrowbert", ".onnx");
            try {
                OnnxExport.maskedLanguageModel(config, LogitRows.POSITIONS).write(file, parameters);
                return pass(file, config.vocabSize(), batch, flops);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException error) {
            throw new RunError("the model for ONNX Runtime cannot be written: " + error.getMessage(), error);
        }
    }

    private Pass pass(Path file, int vocabulary, Batch batch, double flops) {
        Called options = new Called(made("OrtSession$SessionOptions"));
        options.call("setIntraOpNumThreads", threads);
        options.call("setInterOpNumThreads", 1);
        Object session = new Called(environment).call("createSession", file.toString(), options.target());
        PaddedBatch padded = PaddedBatch.of(batch);
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", tensor(padded.inputIds(), padded.batch(), padded.sequence()));
        inputs.put("attention_mask", tensor(padded.attentionMask(), padded.batch(), padded.sequence()));
        inputs.put("token_type_ids", tensor(padded.tokenTypeIds(), padded.batch(), padded.sequence()));
        inputs.put("positions", tensor(padded.positions(), padded.batch(), padded.places()));
        return new Pass(session, inputs, padded, batch, vocabulary, flops);
    }

    private Object tensor(long[] values, long... shape) {
        return new Called(type("OnnxTensor")).call("createTensor", environment, LongBuffer.wrap(values), shape);
    }

    private Object made(String name) {
        try {
            return type(name).getConstructor().newInstance();
        } catch (ReflectiveOperationException other) {
            throw new RunError("ONNX Runtime's " + name + " cannot be made: use another version of its jar", other);
        }
    }

    private Class<?> type(String name) {
        try {
            return classes.loadClass(PACKAGE + name);
        } catch (ClassNotFoundException missing) {
            throw new RunError("ONNX Runtime has no " + name + ": use another version of its jar", missing);
        }
    }

    @Override
    public void close() {
        try {
            classes.close();
        } catch (IOException error) {
            throw new RunError("ONNX Runtime's jar cannot be closed: " + error.getMessage(), error);
        }
    }

    /** A model and a batch, ready to run. */
    static final class Pass implements Workload {
        private final Object session;
        private final Map<String, Object> inputs;
        private final PaddedBatch padded;
        private final Batch batch;
        private final int vocabulary;
        private final double flops;

        private Pass(
                Object session,
                Map<String, Object> inputs,
                PaddedBatch padded,
                Batch batch,
                int vocabulary,
                double flops) {
            this.session = session;
            this.inputs = inputs;
            this.padded = padded;
            this.batch = batch;
            this.vocabulary = vocabulary;
            this.flops = flops;
        }

        @Override
        public int tokens() {
            return batch.tokens().count();
        }

        @Override
        public double flops() {
            return flops;
        }

        @Override
        public void run() {
            new Called(result()).call("close");
        }

        /** Runs it once and returns the logits [narrow rows, vocabulary]. */
        float[] logits() {
            Object result = result();
            FloatBuffer all = (FloatBuffer) new Called(new Called(result).call("get", 0)).call("getFloatBuffer");
            int rows = batch.narrow().count();
            float[] logits = new float[rows * vocabulary];
            for (int row = 0; row < rows; row++) {
                all.position(padded.place(batch.narrow(), row) * vocabulary);
                all.get(logits, row * vocabulary, vocabulary);
            }
            new Called(result).call("close");
            return logits;
        }

        private Object result() {
            return new Called(session).call("run", inputs);
        }

        @Override
        public void close() {
            inputs.values().forEach(tensor -> new Called(tensor).call("close"));
            new Called(session).call("close");
        }
    }
}
