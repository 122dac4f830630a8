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
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Presets;

class ModelCommandTest {
    @TempDir
    private Path folder;

    private Cli init(String name, String... more) {
        List<String> arguments = List.of(
                "model",
                "init",
                "--output-dir",
                folder.resolve(name).toString(),
                "--size",
                "tiny",
                "--layout",
                "{sf}1:{sf}1");
        return Cli.run(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private byte[] weights(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("model.safetensors"));
    }

    @Test
    void aNewModelIsAFolderThatOtherCommandsRead() {
        Cli made = init("model");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("sf:sf, 128 wide, 30,522 token ids");
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder.resolve("model"))) {
            BertConfig config = saved.config();
            assertThat(config.vocabSize()).isEqualTo(30_522);
            assertThat(config.layout()).isEqualTo(Presets.layout("sparse-queries-1", 2));
        }
        Cli filled = Cli.run("fill-mask", "--model", folder.resolve("model").toString(), "a [MASK] of paper");
        assertThat(filled.exitCode()).as(filled.err()).isZero();
        assertThat(filled.out()).contains("a [MASK] of paper", "%");
    }

    @Test
    void theSameSeedMakesTheSameModelAndAnotherSeedAnother() throws IOException {
        init("first", "--seed", "7", "--vocab-size", "9000");
        init("again", "--seed", "7", "--vocab-size", "9000");
        init("other", "--seed", "8", "--vocab-size", "9000");
        assertThat(weights("again")).isEqualTo(weights("first")).isNotEqualTo(weights("other"));
    }

    @Test
    void itIsTheModelThatPretrainingWithTheSameSeedStartsFrom() {
        // First values are a function of the seed and of a parameter's place in this list.
        init("model");
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder.resolve("model"))) {
            assertThat(MaskedLanguageModel.training(saved.config()).graph().parameters())
                    .isEqualTo(MaskedLanguageModel.inference(saved.config())
                            .graph()
                            .parameters());
        }
    }

    @Test
    void aFolderThatExistsIsReplacedOnlyWhenAsked() {
        init("model");
        Cli refused = init("model");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("exists already", "--overwrite-output-dir");
        assertThat(init("model", "--overwrite-output-dir").exitCode()).isZero();
    }

    @Test
    void anEmptyFolderIsTaken() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        Cli made = init("model");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(folder.resolve("model/config.json")).exists();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(folder.resolve("model"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--vocab-size 100 | --vocab-size 100 is less than the 8192 tokens of the tokenizer",
                "--size huge | huge",
                "--hidden-size 0 | --hidden-size is 0",
                "--token-keep 0.3 | --token-keep means nothing to --layout {sf}1:{sf}1, which has no brackets",
                "--token-importance-beta 0.9 | --token-importance-beta means nothing to --layout"
            })
    void whatCannotBeAModelIsRefused(String options, String sentence) {
        Cli refused = init("model", options.split(" ", -1));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains(sentence);
        assertThat(folder.resolve("model")).doesNotExist();
    }
}
