package org.narrowbert.model.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.OnnxRuntime;

/** Exported golden models in ONNX Runtime, beside the logits that PyTorch computes for them. */
class GoldenOnnxTest {
    /** float32 against double, logits of magnitude ten. */
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "bert-mlm, EVERY_TOKEN",
        "bert-mlm, POSITIONS",
        "bert-mlm-gelu-new, EVERY_TOKEN",
        "bert-mlm-relu, EVERY_TOKEN",
        "bert-mlm-odd-sizes, EVERY_TOKEN",
        "sparse-queries-1-mlm, POSITIONS",
        "sparse-queries-2-mlm-odd-sizes, POSITIONS",
        "context-first-mlm, POSITIONS"
    })
    void theLogitsArePyTorchs(String name, LogitRows rows) {
        GoldenCase golden = GoldenCase.read(Path.of("src/test/resources/golden", name));
        Path file = folder.resolve("model.onnx");
        MaskedLanguageModel model = MaskedLanguageModel.inference(golden.config());
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Parameters parameters = Parameters.open(model.graph().parameters(), backend);
                SafeTensors weights = golden.model()) {
            for (Parameter parameter : parameters.list()) {
                weights.readFloats(parameter.name(), parameters.of(parameter));
            }
            OnnxExport.maskedLanguageModel(golden.config(), rows).write(file, parameters);
        }
        Batch batch = golden.batch(0);
        try (OnnxRuntime runtime = new OnnxRuntime(file);
                SafeTensors expected = golden.expected()) {
            float[] logits = runtime.narrowLogits(batch, rows, golden.config().vocabSize());
            float[] pyTorchs = expected.readFloats("logits");
            assertThat(logits).hasSameSizeAs(pyTorchs);
            for (int index = 0; index < logits.length; index++) {
                assertThat((double) logits[index]).as("logit %d", index).isCloseTo(pyTorchs[index], within(TOLERANCE));
            }
        }
    }
}
