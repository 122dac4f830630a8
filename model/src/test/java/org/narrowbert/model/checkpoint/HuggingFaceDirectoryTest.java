package org.narrowbert.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narrowbert.model.checkpoint.SmallModel.CONFIG;
import static org.narrowbert.model.checkpoint.SmallModel.assertSame;
import static org.narrowbert.model.checkpoint.SmallModel.backend;
import static org.narrowbert.model.checkpoint.SmallModel.importance;
import static org.narrowbert.model.checkpoint.SmallModel.parameters;
import static org.narrowbert.model.checkpoint.SmallModel.refused;
import static org.narrowbert.model.checkpoint.SmallModel.writer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.layout.Layout;

class HuggingFaceDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void aModelIsReadBackBitForBit() throws IOException {
        Path model = folder.resolve("model");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend);
                Parameters back = parameters(CONFIG, backend)) {
            Initializer.initialize(weights, CONFIG, 1);
            writer(weights).write(model, false);
            try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(model)) {
                assertThat(directory.config()).isEqualTo(CONFIG);
                assertThat(directory.tokenImportance().orElseThrow()).containsExactly(importance());
                LoadReport report = directory.load(back);
                report.requireComplete();
                assertThat(report.unexpected()).isEmpty();
            }
            assertSame(back, weights);
        }
        assertThat(model.resolve("vocab.txt")).hasContent("[PAD]");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(model);
        }
    }

    @Test
    void anExistingModelIsReplacedOnlyWhenAskedForAndNothingElse() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path old = model.resolve("pytorch_model.bin");
        Files.writeString(old, "old");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend)) {
            assertThatThrownBy(() -> writer(weights).write(model, false))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("output folder " + model + " exists");
            assertThat(old).exists();
            writer(weights).write(model, true);
            assertThat(old).doesNotExist();
            Files.writeString(model.resolve("metrics.jsonl"), "{}");
            HuggingFaceWriter.of(ConfigJson.of(CONFIG), weights).writeInto(model);
            assertThat(model.resolve("metrics.jsonl")).exists();
            assertThatThrownBy(() -> writer(weights).write(model, true))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("would delete metrics.jsonl");
            assertThat(model.resolve("importance.safetensors"))
                    .as("of the model before")
                    .doesNotExist();
        }
    }

    @Test
    void aFailureWhileWritingLeavesWhatWasThere() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend)) {
            HuggingFaceWriter failing = writer(weights).files(_ -> {
                throw new RunError("no more room");
            });
            assertThatThrownBy(() -> failing.write(model, true)).hasMessage("no more room");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(model);
        }
    }

    @Test
    void aWeightOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        Path model = folder.resolve("model");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend)) {
            writer(weights).write(model, false);
            BertConfig wider = CONFIG.toBuilder().vocabSize(21).build();
            Files.write(model.resolve("config.json"), ConfigJson.of(wider).bytes());
            try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(model);
                    Parameters other = parameters(wider, backend)) {
                assertThatThrownBy(() -> directory.load(other))
                        .isInstanceOf(RunError.class)
                        .hasMessage(
                                model
                                        + ": weight bert.embeddings.word_embeddings.weight is [20, 8], config.json says [21, 8]");
                assertThatThrownBy(directory::tokenImportance)
                        .hasMessage(model.resolve("importance.safetensors")
                                + ": token_importance is [20], config.json says [21]");
            }
        }
    }

    @Test
    void aModelWithoutItsHeadOrOfAnotherLayoutSaysWhatIsMissing() {
        Path model = folder.resolve("model");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend);
                Parameters dense = parameters(CONFIG.withLayout(Layout.dense(3)), backend)) {
            writer(weights).write(model, false);
            try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(model)) {
                LoadReport report = directory.load(dense);
                assertThat(report.missing()).contains("bert.encoder.layer.2.output.dense.weight");
                assertThat(report.unexpected()).contains("bert.encoder_narrow.layer.0.intermediate.dense.weight");
                assertThatThrownBy(report::requireComplete)
                        .isInstanceOf(RunError.class)
                        .hasMessageStartingWith(model + " has no weights for bert.encoder.layer.2.")
                        .hasMessageContaining(" more; is it a model of another layout");
            }
        }
    }

    @Test
    void aFolderWithoutAModelIsNamed() throws IOException {
        refused(folder.resolve("none"), folder.resolve("none") + " does not exist; a model is a folder");
        refused(Files.writeString(folder.resolve("file"), ""), " is not a folder");
        refused(folder, " has no config.json");
        Files.writeString(folder.resolve("config.json"), "{}");
        refused(
                folder,
                " has no weights: there is no model.safetensors, model.safetensors.index.json, pytorch_model.bin");
        Files.writeString(folder.resolve("pytorch_model.bin"), "");
        refused(folder, "pytorch_model.bin is no file of PyTorch's torch.save");
        new SafeTensorsWriter()
                .floats("bert.pooler.dense.bias", new float[1])
                .floats("pooler.dense.bias", new float[1])
                .write(folder.resolve("model.safetensors"));
        refused(folder, "are both bert.pooler.dense.bias");
    }
}
