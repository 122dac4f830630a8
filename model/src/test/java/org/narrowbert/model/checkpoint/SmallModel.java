package org.narrowbert.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;

/** A model with narrow and dropped rows that is written in a blink, for tests of what is on disk. */
final class SmallModel {
    static final BertConfig CONFIG = BertConfig.of(Layout.parse("{sf}1[sf]:f{s}2"), new ModelShape(3, 8, 2, 12), 20);

    private SmallModel() {}

    static HuggingFaceWriter writer(Parameters weights) {
        return HuggingFaceWriter.of(ConfigJson.of(CONFIG), weights)
                .importance(importance())
                .files(into -> {
                    try {
                        Files.writeString(into.resolve("vocab.txt"), "[PAD]");
                    } catch (IOException error) {
                        throw new RunError("vocab.txt", error);
                    }
                });
    }

    static float[] importance() {
        float[] values = new float[CONFIG.vocabSize()];
        values[7] = 3.5f;
        return values;
    }

    static void assertSame(Parameters actual, Parameters expected) {
        for (Parameter parameter : expected.list()) {
            assertThat(actual.of(parameter).toArray())
                    .as(parameter.name())
                    .isEqualTo(expected.of(parameter).toArray());
        }
    }

    static Parameters parameters(BertConfig config, Backend backend) {
        return Parameters.open(MaskedLanguageModel.training(config).graph().parameters(), backend);
    }

    static Backend backend() {
        return Backends.find().named("reference").open(new BackendOptions(1));
    }

    static void refused(Path model, String message) {
        assertThatThrownBy(() -> HuggingFaceDirectory.open(model).close())
                .isInstanceOf(RunError.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}
