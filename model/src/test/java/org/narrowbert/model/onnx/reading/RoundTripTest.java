package org.narrowbert.model.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.onnx.LogitRows;
import org.narrowbert.model.onnx.OnnxExport;
import org.narrowbert.model.onnx.OnnxModel;
import org.narrowbert.model.onnx.RandomWeights;

/** What is exported comes back. */
class RoundTripTest {
    private static final List<String> LABELS = List.of("bad", "so so", "good");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2", "s:sff", "sfs:ffs", "{sf}1[{sf}1]{sf}1:", ":{sf}2"})
    void everyLayoutComesBackWithTheSameBits(String layout) {
        BertConfig config = config(layout, ActivationFunction.GELU);
        OnnxEncoder read = assertSameBits(OnnxExport.states(config));
        assertThat(read.config()).isEqualTo(plain(config));
        assertThat(read.head()).isEqualTo(HeadConfig.of("BertModel", List.of()));
        assertThat(read.leftOut()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TANH")
    void everyActivationFunctionComesBack(ActivationFunction function) {
        BertConfig config = config("{sf}2:", function);
        assertThat(assertSameBits(OnnxExport.maskedLanguageModel(config, LogitRows.POSITIONS))
                        .config())
                .isEqualTo(config);
    }

    @Test
    void headsComeBackWithTheirLabels() {
        BertConfig config = config("{sf}1:{sf}2", ActivationFunction.GELU);
        assertThat(assertSameBits(OnnxExport.maskedLanguageModel(config, LogitRows.EVERY_TOKEN))
                        .head())
                .isEqualTo(HeadConfig.MASKED_LANGUAGE_MODEL);
        assertThat(assertSameBits(OnnxExport.sequenceClassification(config, LABELS))
                        .head())
                .isEqualTo(HeadConfig.of("BertForSequenceClassification", LABELS));
        assertThat(assertSameBits(OnnxExport.tokenClassification(config, LABELS))
                        .head())
                .isEqualTo(HeadConfig.of("BertForTokenClassification", LABELS));
        assertThat(assertSameBits(OnnxExport.questionAnswering(config)).head())
                .isEqualTo(HeadConfig.of("BertForQuestionAnswering", List.of()));
        assertThat(assertSameBits(OnnxExport.multipleChoice(config)).head())
                .as("a score a text, for what is read there is no choice any more")
                .isEqualTo(HeadConfig.of("BertForSequenceClassification", List.of("LABEL_0")));
    }

    private OnnxEncoder assertSameBits(OnnxModel model) {
        Path file = folder.resolve("model.onnx");
        try (Backend backend = Backends.find().preferred().open(new BackendOptions(1));
                Parameters written = RandomWeights.open(model.parameters(), backend)) {
            model.write(file, written);
            OnnxEncoder encoder = OnnxEncoder.read(file);
            try (Parameters read = Parameters.open(encoder.parameters(), backend)) {
                encoder.load(read);
                assertThat(read.list().stream().map(Parameter::name))
                        .containsExactlyInAnyOrderElementsOf(
                                written.list().stream().map(Parameter::name).toList());
                for (Parameter parameter : written.list()) {
                    assertThat(read.of(parameter).toArray())
                            .as(parameter.name())
                            .isEqualTo(written.of(parameter).toArray());
                }
            }
            return encoder;
        }
    }

    /** Brackets are no part of what is exported. */
    private static BertConfig plain(BertConfig config) {
        return config.withLayout(config.layout().withoutBrackets());
    }

    private static BertConfig config(String layout, ActivationFunction function) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(3, 24, 3, 40), 53)
                .hiddenAct(function)
                .maxPositionEmbeddings(16)
                .layerNormEps(1e-7)
                .build();
    }
}
