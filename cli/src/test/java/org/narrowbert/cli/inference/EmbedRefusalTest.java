package org.narrowbert.cli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;

/** What embed refuses: options that contradict each other, and files that hold no texts. */
class EmbedRefusalTest {
    @TempDir
    private static Path models;

    private static Path model = Path.of("");

    @TempDir
    private Path folder;

    private Path texts = Path.of("");

    @BeforeAll
    static void initialize() {
        model = SmallTexts.model(models);
    }

    @BeforeEach
    void write() throws IOException {
        texts = new SmallTexts(folder).texts();
    }

    private Cli embed(Path input, String output, String... more) {
        return new SmallTexts(folder).embed(model, input, output, more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--threads 1 | there is nothing to embed: give a text, or --input-file and --output-file",
                "--input-file a.csv.gz --output-file v.npy | is a table by its name, and one text a line, JSON Lines",
                "text --input-file a.txt | a text is given, and --input-file a.txt: leave out one of them",
                "text --output-file a.npy | --output-file a.npy is for --input-file",
                "text --output-format npy | --output-format is for --input-file",
                "text --overwrite | --overwrite is for --input-file",
                "--input-file a.txt | --input-file needs an --output-file",
            })
    void aTextOrAFileIsGivenAndNotBoth(String options, String sentence) {
        Cli run = Cli.run(
                Stream.concat(Stream.of("embed", "--model", model.toString()), Stream.of(options.split(" ", -1)))
                        .toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(sentence).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad.jsonl | {\"text\": \"a\"}~{\"text\": | line 2, is not sound JSON",
                "bad.jsonl | {\"text\": \"a\"}~{\"body\": \"b\"} | line 2, has no field 'text', it has body",
                "bad.jsonl | {\"text\": \"a\"}~~{\"text\": 7} | line 3, has a field 'text' that is no string",
                "bad.jsonl | {\"text\": \"a\\u0000\"} | line 1, has NUL or half a surrogate pair",
                "bad.txt | '' | is empty",
            })
    void aBadLineIsNamedAndNothingIsWritten(String name, String content, String sentence) throws IOException {
        Path input = Files.writeString(folder.resolve(name), content.replace('~', '\n'));
        Cli run = embed(input, "bad.npy");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(input.toString(), sentence).hasLineCount(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(texts, input);
        }
    }

    @Test
    void bytesThatAreNoTextAreNamedByTheirLine() throws IOException {
        Path input = folder.resolve("bytes.txt");
        Files.write(input, new byte[] {'a', '\n', 'b', (byte) 0xff, '\n'});
        Cli run = embed(input, "bytes.npy");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(input + " is not UTF-8 text", "in line 2", "convert the file to UTF-8")
                .doesNotContain("--encoding-errors")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vectors.bin | --threads 1 | ends in neither .jsonl nor .npy: add --output-format",
                "nowhere/vectors.npy | --threads 1 | there is no folder",
                "vectors.npy | --max-batch-tokens 0 | --max-batch-tokens is 0: choose from 1",
                "vectors.npy | --pooling median | median",
                "vectors.npy | --normalize perhaps | perhaps",
                "vectors.npy | --narrow-attention perhaps | perhaps",
                "vectors.npy | --int8 | --int8 is computed by oneDNN alone",
            })
    void aWrongOptionIsNamed(String output, String options, String sentence) {
        Cli run = embed(texts, output, options.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(sentence);
    }
}
