package org.narrowbert.model.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.onnx.RandomWeights;
import org.narrowbert.model.onnx.TorchExport;
import org.narrowbert.model.onnx.TorchExport.Style;

/** Files as others write them. */
class ForeignExportsTest {
    private static final BertConfig CONFIG = BertConfig.builder(Layout.dense(2), new ModelShape(2, 8, 2, 12), 29)
            .maxPositionEmbeddings(10)
            .layerNormEps(1e-5)
            .build();

    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private Backend backend = Backends.find().preferred().open(new BackendOptions(1));
    private Parameters written =
            RandomWeights.openCoarse(EncoderStates.of(CONFIG).graph().parameters(), backend);

    @BeforeEach
    void name() {
        file = folder.resolve("model.onnx");
    }

    @AfterEach
    void close() {
        written.close();
        backend.close();
    }

    static Stream<Style> styles() {
        return Stream.of(true, false)
                .flatMap(named -> Stream.of(
                        new Style(named, true, false, false, 1),
                        new Style(named, false, false, true, 1),
                        new Style(named, true, true, false, 1),
                        new Style(named, false, false, false, 10),
                        new Style(named, false, true, true, 16),
                        new Style(named, true, false, true, 11)));
    }

    @ParameterizedTest
    @MethodSource("styles")
    void everyStyleOfExportHasTheSameModelInIt(Style style) throws IOException {
        Files.write(file, TorchExport.bytes(CONFIG, written, style));
        assertSame(OnnxEncoder.read(file));
    }

    private void assertSame(OnnxEncoder encoder) {
        assertThat(encoder.config()).isEqualTo(CONFIG);
        assertThat(encoder.leftOut()).isEmpty();
        try (Parameters read = Parameters.open(encoder.parameters(), backend)) {
            encoder.load(read);
            for (Parameter parameter : written.list()) {
                assertThat(read.of(parameter).toArray())
                        .as(parameter.name())
                        .isEqualTo(written.of(parameter).toArray());
            }
        }
    }

    @Test
    void theNumberOfHeadsMayBeGivenAndMustBeTheGraphs() throws IOException {
        Files.write(file, TorchExport.bytes(CONFIG, written, Style.USUAL));
        assertThat(OnnxEncoder.read(file, 2).config().numAttentionHeads()).isEqualTo(2);
        assertThatThrownBy(() -> OnnxEncoder.read(file, 4))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("has 2 attention heads by its constants, and --num-attention-heads is 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MatMulInteger | is a quantised model (MatMulInteger)",
                "DynamicQuantizeLinear | take the same model's float32 file",
                "CumSum | counts positions by the tokens that are no padding",
            })
    void modelsThatAreNoFloatBertAreRefusedByWhatTheyDo(String operator, String sentence) throws IOException {
        for (Style style : new Style[] {Style.USUAL, Style.USUAL.anonymous()}) {
            Files.write(
                    file, TorchExport.bytes(CONFIG, written, style, TorchExport.node(operator, "input_ids", "more")));
            assertThatThrownBy(() -> OnnxEncoder.read(file))
                    .isInstanceOf(RunError.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining(sentence);
        }
    }
}
