package org.narrowbert.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;

/** Exported models in ONNX Runtime, beside the same models here. */
class OnnxModelTest {
    private static final int VOCABULARY = 53;

    /** Both compute in float32; logits are of magnitude one. */
    private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

    /** Sequences of different lengths, so that most of them are padded. */
    private static final Batch BATCH = new SampleBatch(VOCABULARY, 4).of(new int[] {5, 13, 3, 16, 8}, 0.3, 3);

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "{sf}3:, EVERY_TOKEN",
        "{sf}3:, POSITIONS",
        "{sf}1:{sf}2, EVERY_TOKEN",
        "{sf}1:{sf}2, POSITIONS",
        "sfsfs:f, POSITIONS",
        "s:sff, POSITIONS",
        ":{sf}2, POSITIONS",
        "{sf}1[{sf}1]{sf}1:, POSITIONS"
    })
    void onnxRuntimeComputesTheSameLogits(String layout, LogitRows rows) {
        assertSame(config(layout, ActivationFunction.GELU), rows);
    }

    @ParameterizedTest
    @EnumSource
    void everyActivationFunctionIsTheOneThatTheConfigurationNames(ActivationFunction function) {
        assertSame(config("{sf}2:", function), LogitRows.POSITIONS);
    }

    private void assertSame(BertConfig config, LogitRows rows) {
        Path file = folder.resolve("model.onnx");
        MaskedLanguageModel model = MaskedLanguageModel.inference(config);
        try (Backend backend = backend();
                Parameters parameters = RandomWeights.open(model.graph().parameters(), backend);
                Session session =
                        Session.inference(Plan.inference(model.graph(), BATCH.extents()), parameters, backend)) {
            OnnxExport.maskedLanguageModel(config, rows).write(file, parameters);
            session.forward(BATCH, StepPlace.NONE);
            float[] ours = session.values(model.output()).toArray();
            try (OnnxRuntime runtime = new OnnxRuntime(file)) {
                assertThat(runtime.narrowLogits(BATCH, rows, VOCABULARY)).containsExactly(ours, TOLERANCE);
            }
            assertThat(spread(ours)).as("logits that tell something").isGreaterThan(1);
        }
    }

    @Test
    void theFileIsAsLongAsItWasSaidToBeAndHoldsEachWeightOnce() throws IOException {
        BertConfig config = config("{sf}2:", ActivationFunction.GELU);
        MaskedLanguageModel model = MaskedLanguageModel.inference(config);
        OnnxModel onnx = OnnxExport.maskedLanguageModel(config, LogitRows.EVERY_TOKEN);
        Path file = folder.resolve("model.onnx");
        try (Backend backend = backend();
                Parameters parameters = RandomWeights.open(model.graph().parameters(), backend)) {
            onnx.write(file, parameters);
        }
        long weights =
                model.graph().parameters().stream().mapToLong(Parameter::size).sum() * Float.BYTES;
        assertThat(Files.size(file)).isEqualTo(onnx.bytes());
        assertThat(onnx.bytes()).isBetween(weights, weights + 30_000);
    }

    @Test
    void aModelThatNoFileCanHoldIsRefused() {
        BertConfig huge = BertConfig.of(Layout.dense(48), new ModelShape(48, 1600, 25, 6400), 50_000);
        assertThatThrownBy(() -> OnnxExport.maskedLanguageModel(huge, LogitRows.POSITIONS))
                .isInstanceOf(RunError.class)
                .hasMessage("the model would be an ONNX file of 6.24 GB, but one holds 2.14 GB at most: choose a"
                        + " smaller model");
    }

    @Test
    void aBatchIsPaddedToItsLongestSequence() {
        PaddedBatch padded = PaddedBatch.of(new SampleBatch(VOCABULARY, 4).of(new int[] {3, 6}, 0.34, 1));
        assertThat(padded.batch()).isEqualTo(2);
        assertThat(padded.sequence()).isEqualTo(6);
        assertThat(padded.places()).isEqualTo(2);
        assertThat(padded.attentionMask()).containsExactly(1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1);
        assertThat(Arrays.copyOfRange(padded.inputIds(), 3, 6)).containsOnly(0);
        assertThat(padded.positions()[0]).isEqualTo(1);
        assertThat(padded.positions()[1]).isZero();
        assertThat(padded.inputIds()[1]).isEqualTo(4);
    }

    private static BertConfig config(String layout, ActivationFunction function) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(3, 24, 3, 40), VOCABULARY)
                .hiddenAct(function)
                .maxPositionEmbeddings(16)
                .build();
    }

    private static double spread(float[] values) {
        double least = Double.MAX_VALUE;
        double most = -Double.MAX_VALUE;
        for (float value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return most - least;
    }

    private static Backend backend() {
        return Backends.find().named("vector").open(new BackendOptions(1));
    }
}
