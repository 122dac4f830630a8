package org.narrowbert.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Main;
import org.narrowbert.cli.SmallParquet;

class TokenizerCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private Path text = Path.of("");
    private Path vocabulary = Path.of("");

    @BeforeEach
    void writeText() throws IOException {
        text = Files.writeString(folder.resolve("text.txt"), "The cat sat. The CAT sat on the mat!\n".repeat(3));
        vocabulary = folder.resolve("vocabulary");
    }

    private int run(Object... arguments) {
        String[] strings = new String[arguments.length];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = arguments[i].toString();
        }
        return Main.run(strings, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void trainsAVocabularyThatEncodeReads() {
        assertThat(run("tokenizer", "train", "--train-file", text, "--output-dir", vocabulary))
                .isZero();
        assertThat(out.toString()).contains("33 words, 7 different", "occurs 2 times", "written to " + vocabulary);
        assertThat(vocabulary)
                .isDirectoryContaining("glob:**/vocab.txt")
                .isDirectoryContaining("glob:**/tokenizer.json");
        out.getBuffer().setLength(0);

        assertThat(run("tokenizer", "encode", "--tokenizer", vocabulary, "the cat!", "dog [MASK]"))
                .isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        tokens -> assertThat(tokens).isEqualTo("the cat !"),
                        ids -> assertThat(ids).matches("\\d+ \\d+ \\d+"),
                        tokens -> assertThat(tokens).isEqualTo("[UNK] [MASK]"),
                        ids -> assertThat(ids).isEqualTo("1 4"));
    }

    @Test
    void encodePrintsJsonLinesWithSpecialTokensForTheLinesOfAFile() throws IOException {
        run("tokenizer", "train", "--train-file", text, "--output-dir", vocabulary, "--no-lowercase");
        Path lines = Files.writeString(folder.resolve("lines.txt"), "CAT\n\nxy \"\n");
        out.getBuffer().setLength(0);

        assertThat(run(
                        "tokenizer",
                        "encode",
                        "--model",
                        vocabulary,
                        "--json",
                        "--add-special-tokens",
                        "--input-file",
                        lines))
                .isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("{\"text\":\"CAT\",\"tokens\":[\"[CLS]\",\"CAT\",\"[SEP]\"],\"ids\":[2,"),
                        line -> assertThat(line)
                                .isEqualTo("{\"text\":\"xy \\\"\",\"tokens\":[\"[CLS]\",\"[UNK]\",\"[UNK]\",\"[SEP]\"],"
                                        + "\"ids\":[2,1,1,3]}"));
    }

    @Test
    void textOfAParquetFileIsReadByTheModuleForIt() throws IOException {
        Path parquet = Files.write(folder.resolve("words.parquet"), SmallParquet.bytes());
        assertThat(run("tokenizer", "train", "--train-file", parquet, "--output-dir", vocabulary))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("14 words, 7 different");

        Files.write(parquet, Arrays.copyOf(Files.readAllBytes(parquet), 100));
        assertThat(run("tokenizer", "train", "--train-file", parquet, "--output-dir", folder.resolve("never")))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("words.parquet", "does not end with PAR1")
                .hasLineCount(1);
        assertThat(folder.resolve("never")).doesNotExist();
    }

    @Test
    void anOutputFolderThatExistsIsRefusedWithExitCode2AndKeptWhole() throws IOException {
        Files.createDirectories(vocabulary);
        Path other = Files.writeString(vocabulary.resolve("other.txt"), "mine");

        assertThat(run("tokenizer", "train", "--train-file", text, "--output-dir", vocabulary))
                .isEqualTo(2);
        assertThat(err.toString()).contains("exists", "--overwrite-output-dir");
        assertThat(vocabulary).isDirectoryNotContaining("glob:**/vocab.txt");

        assertThat(run(
                        "tokenizer",
                        "train",
                        "--train-file",
                        text,
                        "--output-dir",
                        vocabulary,
                        "--overwrite-output-dir"))
                .isZero();
        assertThat(vocabulary).isDirectoryContaining("glob:**/vocab.txt");
        assertThat(other).hasContent("mine");
    }

    @Test
    void wrongInputEndsWithOneSentenceAndTheRightExitCode() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");

        assertThat(run("tokenizer", "train", "--train-file", empty, "--output-dir", vocabulary))
                .isEqualTo(1);
        assertThat(run("tokenizer", "train", "--train-file", text, "--vocab-size", "3", "--output-dir", vocabulary))
                .isEqualTo(2);
        assertThat(run("tokenizer", "train")).isEqualTo(2);
        assertThat(run("tokenizer", "encode", "--model", folder, "text")).isEqualTo(1);
        assertThat(run("tokenizer", "encode", "--input-file", text, "text")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "is empty",
                        "a vocabulary of 3 tokens",
                        "--output-dir DIR is missing",
                        "neither tokenizer.json",
                        "choose one")
                .doesNotContain("\tat ");
        assertThat(vocabulary).doesNotExist();
    }

    @Test
    void aFailureLeavesNoFolderBehind() throws IOException {
        Path broken = Files.write(folder.resolve("broken.txt"), new byte[] {'a', ' ', (byte) 0xFF, 'b'});
        assertThat(run("tokenizer", "train", "--train-file", broken, "--output-dir", folder.resolve("a/b")))
                .isEqualTo(1);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void withoutATextFileTheEmbeddedCorpusIsReadAndItsVocabularyIsTheDefault() throws IOException {
        assertThat(run("tokenizer", "train", "--output-dir", vocabulary)).isZero();
        assertThat(Files.readAllLines(vocabulary.resolve("vocab.txt"))).hasSize(8192);
        out.getBuffer().setLength(0);

        run("tokenizer", "encode", "a mountain");
        run("tokenizer", "encode", "--tokenizer", vocabulary, "a mountain");
        assertThat(out.toString().lines())
                .hasSize(4)
                .startsWith("a mountain")
                .element(3)
                .isEqualTo(out.toString().lines().toList().get(1));
    }
}
