package org.narrowbert.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.Shell;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.layout.Layout;

class ModelConvertCommandTest {
    private static final Path RESOURCES =
            Shell.PROJECT.resolve("model").resolve("src").resolve("test").resolve("resources");
    private static final Path FORMATS = RESOURCES.resolve("golden-formats");
    private static final Path GOLDEN = RESOURCES.resolve("golden");

    @TempDir
    private Path folder;

    private Cli convert(Path model, String name, String... more) {
        List<String> arguments = List.of(
                "model",
                "convert",
                "--model",
                model.toString(),
                "--output-dir",
                folder.resolve(name).toString());
        return Cli.run(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private static Cli info(Path model) {
        return Cli.run("model", "info", "--model", model.toString());
    }

    private static float[] values(Path model, String tensor) {
        try (SafeTensors file = SafeTensors.open(model.resolve("model.safetensors"))) {
            return file.readFloats(tensor);
        }
    }

    @Test
    void aPickleBecomesSafetensorsOfTheSameValues() {
        for (String form : List.of("bin-zip", "bin-legacy", "bin-old-names", "bin-shared-and-strided", "sharded-bin")) {
            Cli converted = convert(FORMATS.resolve(form), form);
            assertThat(converted.exitCode()).as(converted.err()).isZero();
            assertThat(converted.out()).contains("BertForMaskedLM, {sf}4:, 32 wide", "float32", "has no tokenizer");
            try (SafeTensors right = SafeTensors.open(GOLDEN.resolve("bert-mlm").resolve("model.safetensors"));
                    SafeTensors made = SafeTensors.open(folder.resolve(form).resolve("model.safetensors"))) {
                assertThat(made.names()).as(form).isEqualTo(right.names());
                for (String name : right.names()) {
                    assertThat(made.readFloats(name)).as(name).isEqualTo(right.readFloats(name));
                }
            }
        }
    }

    @Test
    void aBertBecomesTheStartOfANarrowBertAndComesBackTheSame() throws IOException {
        Path bert = GOLDEN.resolve("bert-classification");
        Cli narrow = convert(bert, "narrow", "--layout", "sparse-queries-1");
        assertThat(narrow.exitCode()).as(narrow.err()).isZero();
        assertThat(narrow.out()).contains("sf:{sf}2 (was {sf}3:)");
        String layer = "bert.encoder.layer.2.output.dense.weight";
        assertThat(values(folder.resolve("narrow"), "bert.encoder_narrow.layer.1.output.dense.weight"))
                .isEqualTo(values(bert, layer));
        assertThat(values(folder.resolve("narrow"), "classifier.weight")).isEqualTo(values(bert, "classifier.weight"));
        assertThat(folder.resolve("narrow").resolve("config.json"))
                .content()
                .contains("\"full_length_layers\": 1", "\"model_type\": \"bert\"");

        Cli back = convert(folder.resolve("narrow"), "back", "--layout", "bert");
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(convert(bert, "same").exitCode()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("back").resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("same").resolve("model.safetensors")));
    }

    @Test
    void aTokenDroppingModelIsWrittenAsPlainBert() {
        Cli made = convert(GOLDEN.resolve("token-dropping-mlm"), "plain", "--layout", "bert");
        assertThat(made.exitCode()).as(made.err()).isZero();
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder.resolve("plain"))) {
            assertThat(saved.config().layout()).isEqualTo(Layout.dense(6));
            assertThat(saved.tokenImportance()).isEmpty();
        }
        Cli kept = convert(GOLDEN.resolve("token-dropping-mlm"), "dropping");
        assertThat(kept.exitCode()).as(kept.err()).isZero();
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder.resolve("dropping"))) {
            assertThat(saved.tokenImportance()).isPresent();
        }
    }

    @Test
    void aSentenceEncodersFilesAreWrittenWhenAskedForAndKeptOtherwise() throws IOException {
        Path bare = FORMATS.resolve("safetensors-without-prefix");
        Cli made = convert(bare, "sentences", "--pooling", "cls", "--normalize", "--max-seq-length", "20");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("BertModel");
        Path sentences = folder.resolve("sentences");
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(sentences)) {
            assertThat(SentenceSettings.read(sentences, saved.config()))
                    .isEqualTo(new SentenceSettings(20, SentenceSettings.Pooling.CLS, true));
        }
        assertThat(sentences.resolve("2_Normalize")).isDirectory();
        assertThat(Files.readString(sentences.resolve("1_Pooling").resolve("config.json")))
                .contains("\"word_embedding_dimension\": 32", "\"pooling_mode_cls_token\": true");
        assertThat(convert(sentences, "copy").exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("copy").resolve("modules.json")))
                .isEqualTo(Files.readString(sentences.resolve("modules.json")))
                .contains("sentence_transformers.models.Normalize");
        assertThat(info(sentences).out()).contains("pooling cls, vectors of length one, at most 20 tokens");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --layout {sf}2:{sf}3 | 2 | layout {sf}2:{sf}3 has 5 attention sublayers, but the model's layout {sf}4: has 4
                    --layout {sf}2:x     | 2 | column
                    --layout sparse-queries-4 | 2 | sparse-queries-4
                    --normalize          | 2 | --normalize is about a sentence encoder's vectors: add --pooling
                    --max-seq-length 9   | 2 | --max-seq-length is about a sentence encoder's vectors
                    --pooling cls --max-seq-length 1   | 2 | --max-seq-length is 1: choose from 2 to the model's
                    --pooling cls --max-seq-length 999 | 2 | --max-seq-length is 999: choose from 2 to the model's
                    """)
    void whatCannotBeIsRefusedAndNothingIsWritten(String options, int exitCode, String sentence) {
        Cli refused = convert(FORMATS.resolve("bin-zip"), "out", options.split(" ", -1));
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(exitCode);
        assertThat(refused.err()).contains(sentence);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void weightsThatAreNoneAreToldInOneSentence() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.copy(FORMATS.resolve("bin-zip").resolve("config.json"), model.resolve("config.json"));
        refused(model, "has no weights: there is no model.safetensors");
        Files.writeString(model.resolve("tf_model.h5"), "x");
        refused(model, "has its weights as tf_model.h5, which is not read");
        Path file = model.resolve("pytorch_model.bin");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:1\n");
        refused(model, "is a pointer of Git LFS and not the weights");
        Files.writeString(file, "\n<!DOCTYPE html><html>");
        refused(model, "is a web page and not the weights");
        Files.writeString(file, "nothing");
        refused(model, "is no file of PyTorch's torch.save");
        Files.writeString(model.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\n");
        refused(model, "is a pointer of Git LFS and not the weights");
        refused(folder.resolve("absent"), "does not exist");
    }

    private static void refused(Path model, String sentence) {
        Cli refused = info(model);
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains(sentence);
    }

    @Test
    void aModelWithoutALayerIsRefused() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.copy(GOLDEN.resolve("bert-mlm").resolve("model.safetensors"), model.resolve("model.safetensors"));
        Files.writeString(
                model.resolve("config.json"),
                Files.readString(GOLDEN.resolve("bert-mlm").resolve("config.json"))
                        .replace("\"{sf}4:\"", "\"{sf}5:\"")
                        .replaceFirst("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5"));
        Cli refused = convert(model, "out");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("has no weights for bert.encoder.layer.4.");
        assertThat(info(model).out()).contains("missing     bert.encoder.layer.4.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bert-classification     | BertModel | {sf}3:
                    sparse-queries-2-mlm    | BertForMaskedLM | {sf}2:{sf}4
                    token-dropping-mlm      | 0.5 of the tokens kept in training, importance there | {sf}2[{sf}3]sf:
                    """)
    void infoSaysWhatAFolderHolds(String name, String told, String layout) {
        Cli info = info(GOLDEN.resolve(name));
        assertThat(info.exitCode()).as(info.err()).isZero();
        assertThat(info.out())
                .contains("layout      " + layout)
                .contains("32 wide, 4 heads, 64 inside feed-forward (gelu), 251 token ids, 48 positions")
                .contains("tokenizer   none")
                .contains(" F32), from model.safetensors")
                .contains("files       batch-0.safetensors");
        if (!name.equals("bert-classification")) {
            assertThat(info.out()).contains(told, "missing     none", "unexpected  none");
        }
    }
}
