package org.narrowbert.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.RunError;

class ConfigFileTest {
    private static final int MUTATIONS = 5_000;

    @TempDir
    private Path folder;

    private List<ConfigEntry> read(String name, String text) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve(name), text));
    }

    private void refused(String name, String text, String... words) {
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(name)
                .satisfies(error -> assertThat(error.getMessage())
                        .contains(words)
                        .doesNotContain("StreamRead", "Source:", "JsonToken", "tools.jackson"));
    }

    @Test
    void yamlGivesKeysValuesAndLines() throws IOException {
        assertThat(read("a.yaml", """
                # a run
                max_steps: 1000
                learning-rate: 5e-4   # as it stands there
                train_file:
                  - "my books.txt"
                  - more.txt
                layout: '{sf}2:{sf}4'
                overwrite_output_dir: true
                tokenizer: ${HOME}/vocabulary
                """))
                .containsExactly(
                        new ConfigEntry("max_steps", List.of("1000"), false, 2),
                        new ConfigEntry("learning-rate", List.of("5e-4"), false, 3),
                        new ConfigEntry("train_file", List.of("my books.txt", "more.txt"), true, 4),
                        new ConfigEntry("layout", List.of("{sf}2:{sf}4"), false, 7),
                        new ConfigEntry("overwrite_output_dir", List.of("true"), false, 8),
                        new ConfigEntry("tokenizer", List.of("${HOME}/vocabulary"), false, 9));
    }

    @Test
    void jsonGivesTheSame() throws IOException {
        assertThat(read("a.json", "{\n\t\"max_steps\": 1000,\n\t\"train_file\": [\"a\", \"b\"], \"fp\": 1.50}"))
                .containsExactly(
                        new ConfigEntry("max_steps", List.of("1000"), false, 2),
                        new ConfigEntry("train_file", List.of("a", "b"), true, 3),
                        new ConfigEntry("fp", List.of("1.50"), false, 3));
    }

    @Test
    void aFileOfCommentsAndOneWithAByteOrderMarkAreRead() throws IOException {
        assertThat(read("a.yaml", "# nothing yet\n")).isEmpty();
        assertThat(read("a.yaml", "\uFEFFseed: 1\n")).containsExactly(new ConfigEntry("seed", List.of("1"), false, 1));
        assertThat(read("a.json", "{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`optimizer:\\n  learning_rate: 1` | line 2: optimizer holds more names and values",
                "`train_file: [[a]]` | train_file holds more",
                "`train_file: []` | line 1: train_file is an empty list",
                "`seed:` | line 1: seed has no value",
                "`seed: ''` | seed has no value",
                "`seed: null` | seed has no value",
                "`a: &x 1\\nb: *x` | line 2: b has a YAML tag or alias",
                "`a: !!java/object 1` | line 1: a has a YAML tag or alias",
                "`a: !!binary aGk=` | a has a YAML tag or alias",
                "`- a\\n- b` | line 1: must hold names and values",
                "`just words` | line 1: must hold names and values",
                "`a: 1\\n---\\nb: 2` | line 3: holds a second document",
                "`a: b: c` | line 1, column 5: mapping values are not allowed here",
                "`a: [1, 2` | not sound YAML: line 1, column 9",
                "`\\ta: 1` | line 1, column 1",
                "`? [a]\\n: b` | not sound YAML",
            })
    void whatIsNotFlatYamlIsRefusedWithItsLine(String text, String words) {
        refused("a.yaml", text.replace("\\n", "\n").replace("\\t", "\t"), words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"a\": {\"b\": 1}}` | a holds more names and values",
                "`{\"a\": 1, \"a\": 2}` | stands there twice",
                "`{\"a\": 1` | ends in the middle",
                "`[1]` | must hold names and values",
                "`{\"a\": 1} x` | not sound JSON",
                "`{\"a\": null}` | a has no value",
            })
    void whatIsNotFlatJsonIsRefused(String text, String words) {
        refused("a.json", text, words);
    }

    @Test
    void aliasesMultiplyNothing() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 20; level++) {
            String before = "*a" + (level - 1) + ", ";
            bomb.append("a%d: &a%d [%s*a%d]\n".formatted(level, level, before.repeat(8), level - 1));
        }
        refused("bomb.yaml", bomb.toString(), "line 2", "alias");
    }

    @Test
    void filesThatAreNoTextOrTooLargeAreRefused() throws IOException {
        Path latin = Files.write(folder.resolve("latin.yaml"), "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigFile.read(latin)).hasMessageContaining("latin.yaml is not UTF-8");
        assertThatThrownBy(() -> ConfigFile.read(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml"))).hasMessageContaining("does not exist");
        assertThat(read("limit.yaml", "a: 1\n#" + "x".repeat(ConfigFile.MAX_BYTES - 6)))
                .hasSize(1);
        refused("large.yaml", "a: 1\n#" + "x".repeat(ConfigFile.MAX_BYTES - 5), "larger than 1000000 bytes");
        for (String deep : List.of("[", "{", "- ", "? ", "a: [")) {
            refused("deep.yaml", deep.repeat(ConfigFile.MAX_BYTES / deep.length()), "deep.yaml");
            refused("deep.json", deep.repeat(ConfigFile.MAX_BYTES / deep.length()), "deep.json");
        }
    }

    @Test
    void mutatedFilesAreReadOrRefusedInASentence() throws IOException {
        Random random = new Random(7);
        byte[] sound = "max_steps: 10\ntrain_file: [a, 'b c']\nlayout: \"{sf}2:\"\nx: |\n  y\nz: &q !!str 1e-3\n"
                .getBytes(StandardCharsets.UTF_8);
        byte[] alphabet = "\n\t :-?[]{}&*!|>'\"%@`#,\\~\u00ff09".getBytes(StandardCharsets.ISO_8859_1);
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] bytes = sound.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            Path file = Files.write(folder.resolve(mutation % 2 == 0 ? "m.yaml" : "m.json"), bytes);
            try {
                assertThat(ConfigFile.read(file)).isNotNull();
            } catch (RunError refused) {
                assertThat(refused.getMessage()).contains(file.toString()).hasLineCount(1);
            }
        }
    }
}
