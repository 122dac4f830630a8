package org.narrowbert.cli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;

/** Options that would say nothing of what is embedded are refused, as are names that contradict each other and a null for a text. */
class EmbedUnreadOptionsTest {
    @TempDir
    private static Path models;

    private static String model = "";

    @TempDir
    private Path folder;

    @BeforeAll
    static void initialize() {
        model = SmallTexts.model(models).toString();
    }

    private Cli embed(String input, String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("embed", "--model", model));
        arguments.addAll(List.of("--input-file", folder.resolve(input).toString()));
        arguments.addAll(List.of("--output-file", folder.resolve(output).toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private static void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aNullIsNoText() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"\"}\n{\"text\": null}\n");
        Cli run = embed("a.jsonl", "a.npy");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("a.jsonl, line 2, has null in its field 'text'")
                .hasLineCount(1);
        assertThat(folder.resolve("a.npy")).doesNotExist();
    }

    @Test
    void aColumnIsNamedOnlyWhereThereAreSome() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a cat\n");
        Files.writeString(folder.resolve("a.jsonl"), "{\"body\": \"a cat\"}\n");
        refused(
                2,
                Cli.run("embed", "--model", model, "--text-column", "body", "a cat"),
                "--text-column is for JSON Lines and Parquet, and a text is given: leave it out");
        refused(2, embed("a.txt", "a.npy", "--text-column", "body"), "a.txt is a text a line: leave it out");
        Cli taken = embed("a.jsonl", "a.npy", "--text-column", "body");
        assertThat(taken.exitCode()).as(taken.err()).isZero();
        assertThat(taken.out()).contains("a.npy: 1 vector of 16 numbers");
    }

    @Test
    void aFileIsNotWrittenInAnotherFormatThanItsNameTells() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a cat\n");
        refused(
                2,
                embed("a.txt", "w.npy", "--output-format", "jsonl"),
                "--output-format is jsonl, and --output-file ",
                "w.npy is npy by its name: name another file, or leave out --output-format");
        refused(2, embed("a.txt", "w.jsonl", "--output-format", "npy"), "w.jsonl is jsonl by its name");
        assertThat(embed("a.txt", "w.npy", "--output-format", "npy").exitCode()).isZero();
    }

    @Test
    void aCacheIsForTheDefaultModelAndAFolder() throws IOException {
        String cache = folder.resolve("cache").toString();
        refused(
                2,
                Cli.run("embed", "--model", model, "--model-cache", cache, "a cat"),
                "--model-cache is for the default model, and --model " + model + " names another");
        String file = Files.writeString(folder.resolve("t.txt"), "").toString();
        refused(
                2,
                Cli.run("embed", "--model-cache", file, "a cat"),
                "--model-cache " + file + " is a file: name a folder");
        refused(
                1,
                Cli.run("embed", "--model-cache", file + "/deep", "a cat"),
                "the folder " + file + "/deep cannot be written: " + file + " is a file, name another folder");
    }

    /** One environment serves several commands: where a machine keeps the default model is no business of one that has another. */
    @Test
    void aCacheThatTheEnvironmentNamesIsNotLookedAtBesideAModel() throws IOException {
        Map<String, String> environment =
                Map.of("NARROWBERT_MODEL_CACHE", folder.resolve("cache").toString());
        Cli run = Cli.run(environment, "embed", "--model", model, "a cat");
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path config = Files.writeString(folder.resolve("embed.yaml"), "model: " + model + "\n");
        Cli told = Cli.run(environment, "embed", "--config", config.toString(), "a cat");
        assertThat(told.out()).isEqualTo(run.out());
        assertThat(folder.resolve("cache")).doesNotExist();
    }
}
