package org.narrowbert.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.Cli;

/** `model export-onnx` and `model import-onnx`. */
class OnnxCommandsTest {
    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    @BeforeAll
    static void initialize() {
        Cli run = Cli.run(
                "model",
                "init",
                "--output-dir",
                models.resolve("model").toString(),
                "--layout",
                "{sf}1:{sf}1",
                "--hidden-size",
                "16",
                "--num-attention-heads",
                "2",
                "--initializer-range",
                "0.3");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private Cli export(Path file, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "model",
                                "export-onnx",
                                "--model",
                                models.resolve("model").toString(),
                                "--output-file",
                                file.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private Cli read(Path file, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "model",
                                "import-onnx",
                                "--onnx-file",
                                file.toString(),
                                "--output-dir",
                                folder.resolve("read").toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private static byte[] bytes(Path folder, String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @Test
    void aMaskedLanguageModelGoesOutAndComesBackAsTheSameFiles() throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.copy(models.resolve("model/tokenizer.json"), folder.resolve("tokenizer.json"));
        Cli written = export(file, "--head", "mlm");
        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(written.out()).contains("model.onnx: logits, sf:sf");
        Cli read = read(file);
        assertThat(read.exitCode()).as(read.err()).isZero();
        assertThat(read.out()).contains("BertForMaskedLM, sf:sf, 16 wide, 2 heads, gelu");
        for (String name : new String[] {"model.safetensors", "vocab.txt", "tokenizer.json"}) {
            assertThat(bytes(folder.resolve("read"), name)).as(name).isEqualTo(bytes(models.resolve("model"), name));
        }
        assertThat(folder.resolve("read/modules.json")).doesNotExist();
    }

    @Test
    void poolingAndLengthAreWrittenAsSentenceTransformersReadsThem() throws IOException {
        Path file = folder.resolve("model.onnx");
        export(file);
        String tokenizer = models.resolve("model/vocab.txt").toString();
        Cli read = read(
                file, "--tokenizer-file", tokenizer, "--pooling", "cls", "--normalize", "on", "--max-seq-length", "20");
        assertThat(read.exitCode()).as(read.err()).isZero();
        assertThat(folder.resolve("read/1_Pooling/config.json"))
                .content()
                .contains("\"pooling_mode_cls_token\": true", "\"pooling_mode_mean_tokens\": false");
        assertThat(folder.resolve("read/modules.json")).content().contains("models.Normalize");
        assertThat(folder.resolve("read/sentence_bert_config.json")).content().contains("\"max_seq_length\": 20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classification", "tokens"})
    void aModelWithoutLabelsHasNoClassifierToExport(String head) {
        Cli run = export(folder.resolve("model.onnx"), "--head", head);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("has no classifier to export", "(id2label)")
                .hasLineCount(1);
        assertThat(folder.resolve("model.onnx")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"choices, classifier.weight", "spans, qa_outputs.weight"})
    void aModelWithoutTheHeadIsToldWhatIsMissing(String head, String tensor) {
        Cli run = export(folder.resolve("model.onnx"), "--head", head);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(tensor).hasLineCount(1);
        assertThat(folder.resolve("model.onnx")).doesNotExist();
    }

    @Test
    void aFileThatExistsIsReplacedOnlyWhenAsked() throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "mine");
        Cli run = export(file);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("exists: name another file, or add --overwrite");
        assertThat(file).hasContent("mine");
        assertThat(export(file, "--overwrite").exitCode()).isZero();
        assertThat(export(folder).err()).contains("is a folder: name a file");
        assertThat(export(folder.resolve("no/model.onnx")).err()).contains("there is no folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | --normalize on | --normalize says how vectors of texts are made: add --pooling",
                "2 | --max-seq-length 9 | --max-seq-length says how vectors of texts are made: add --pooling",
                "2 | --num-attention-heads 0 | --num-attention-heads is 0: choose 1 or more",
                "2 | --pooling mean --max-seq-length 9999 | --max-seq-length is 9999, allowed is 2 to the model's",
                "1 | --num-attention-heads 4 | has 2 attention heads by its constants, and --num-attention-heads is 4",
                "2 | --pooling median | median",
            })
    void aWrongOptionIsNamedAndNothingIsWritten(int exitCode, String options, String sentence) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.copy(models.resolve("model/tokenizer.json"), folder.resolve("tokenizer.json"));
        export(file);
        Cli run = read(file, options.split(" ", -1));
        assertThat(run.err()).contains(sentence);
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("read")).doesNotExist();
    }

    @Test
    void aFileThatIsNoModelIsRefusedAndAMissingTokenizerToo() throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "no model at all");
        Cli alone = read(file);
        assertThat(alone.exitCode()).isEqualTo(2);
        assertThat(alone.err()).contains("name the model's by --tokenizer-file");
        Files.copy(models.resolve("model/tokenizer.json"), folder.resolve("tokenizer.json"));
        Cli run = read(file);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(file + " is no sound ONNX file").hasLineCount(1);
        assertThat(folder.resolve("read")).doesNotExist();
    }
}
