package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class DocumentFormatsTest {
    @TempDir
    Path folder;

    private TextFolder texts;

    @BeforeEach
    void layOut() {
        texts = new TextFolder(folder);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void mutatedDataAreReadOrRefusedAndNothingElse(Compression compression) throws IOException {
        byte[] whole = TextFolder.compressed(compression, "some text, more text and other text\n".repeat(50));
        Random random = new Random(7);
        String name = "a.txt" + compression.ending();
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] mutated = whole.clone();
            for (int j = 0; j <= i % 3; j++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            texts.file(name, mutated);
            try {
                texts.read(name);
            } catch (RunError error) {
                assertThat(error.getMessage()).contains(name);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(900);
    }

    @Test
    void whatIsNoTextCanBeReplacedAndIsCounted() throws IOException {
        texts.file("a.txt", "good\ncaf\u00E9\nn\u0000l".getBytes(StandardCharsets.ISO_8859_1));
        texts.file("b.jsonl", "{\"text\": \"half \\ud83d and nul \\u0000\"}");
        ReadingOptions replace =
                new ReadingOptions(DocumentUnit.LINE, "text", EncodingErrors.REPLACE, ReadingOptions.DOCUMENT_LIMIT);
        List<String> names = List.of(folder + "/a.txt", folder + "/b.jsonl");

        assertThat(texts.read(replace, "a.txt", "b.jsonl"))
                .containsExactly("good", "caf\uFFFD", "n\uFFFDl", "half \uFFFD and nul \uFFFD");
        try (Documents documents = TextFiles.named(names, replace).open()) {
            while (documents.next().isPresent()) {}
            assertThat(documents.notice())
                    .contains("What is not text was replaced by U+FFFD in 3 places, first at " + folder
                            + "/a.txt, line 2.");
        }
        TextFolder.refuses(
                () -> texts.read("b.jsonl"),
                "b.jsonl, line 1, has NUL or half a surrogate pair",
                "--encoding-errors replace");
    }

    @Test
    void aFileThatEndsBeforeItsSampleBeginsIsClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream tooShort = new ByteArrayInputStream(new byte[3]) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        DocumentFile beyond = new DocumentFile(folder.resolve("a.txt"), Compression.NONE, 4);
        TextFolder.refuses(() -> DocumentInput.open(beyond, tooShort), "a.txt", "cannot be read");
        assertThat(closed).isTrue();
    }

    @Test
    void aFieldOfAnyNameIsReadAndOthersAreOnlyCheckedForSoundness() throws IOException {
        texts.file(
                "a.ndjson",
                "\n"
                        + "{\"id\": 1, \"body\": \"one\", \"meta\": {\"text\": [1, {}]}}\n"
                        + "  \n"
                        + "{\"body\": null}\n"
                        + "{\"body\": \"\"}\n"
                        + "{\"body\": \"two\"}\n");
        ReadingOptions body =
                new ReadingOptions(DocumentUnit.LINE, "body", EncodingErrors.STRICT, ReadingOptions.DOCUMENT_LIMIT);

        assertThat(texts.read(body, "a.ndjson")).containsExactly("one", "two");
        TextFolder.refuses(
                () -> texts.read("a.ndjson"),
                "a.ndjson, line 2, has no field 'text', it has id, body, meta: ",
                "--text-column");
    }

    @Test
    void badJsonLinesAreRefusedWithFileAndLine() throws IOException {
        String good = "{\"text\": \"one\"}\n";
        String[][] cases = {
            {"[{\"text\": \"one\"}]", "line 2, is not a JSON object"},
            {"{\"text\": 7}", "line 2, has a field 'text' that is no string"},
            {"{\"text\": {\"a\": \"b\"}}", "line 2, has a field 'text' that is no string"},
            {"{}", "line 2, has no field 'text', it is empty"},
            {"{\"text\": \"a\"", "line 2, is not sound JSON: column ", ": it ends in the middle of a value"},
            {"{\"text\": \"a\"} {\"text\": \"b\"}", "line 2, goes on after its JSON object"},
            {"{\"text\": \"a\", \"text\": \"b\"}", "line 2, is not sound JSON", "the key \"text\" stands there twice"},
            {"{\"text\": \"a\", \"b\": " + "[".repeat(65) + "]".repeat(65) + "}", "line 2, is not sound JSON", "64"},
            {"{\"text\": \"" + "a".repeat(20_000_001) + "\"}", "line 2, is not sound JSON", "20000000"},
            {"{\"text\": \"" + "a".repeat(JsonLinesReader.LINE_LIMIT) + "\"}", "line 2, is longer than 33554432 bytes"},
            {"plain text", "line 2, is not sound JSON"},
        };
        for (String[] one : cases) {
            texts.file("a.jsonl", good + one[0] + "\n" + good);
            TextFolder.refuses(() -> texts.read("a.jsonl"), Arrays.copyOfRange(one, 1, one.length));
        }
        texts.file(
                "a.jsonl",
                good + "{\"text\": \"" + "[".repeat(20_000_000) + "\", \"b\": " + "[".repeat(63) + "]".repeat(63)
                        + "}");
        assertThat(texts.read("a.jsonl")).hasSize(3);
    }

    @Test
    void aLineOfJsonMayHaveExactlyAsManyBytesAsTheLimit() throws IOException {
        String half = "x".repeat(JsonLinesReader.LINE_LIMIT / 2);
        String rest = "{\"text\": \"one\", \"a\": \"" + half + "\", \"b\": \"\"}";
        String other = "x".repeat(JsonLinesReader.LINE_LIMIT - rest.length());
        String line = rest.substring(0, rest.length() - 2) + other + "\"}";
        assertThat(line).hasSize(JsonLinesReader.LINE_LIMIT);
        texts.file("a.jsonl", line + "\n");
        assertThat(texts.read("a.jsonl")).containsExactly("one");
        texts.file("a.jsonl", " " + line + "\n");
        TextFolder.refuses(() -> texts.read("a.jsonl"), "line 1, is longer than 33554432 bytes");
    }

    @Test
    void longFieldsAreSplitAtABlankOrACharacterAndCounted() throws IOException {
        texts.file("a.jsonl", "{\"text\": \"aaaaaaa bbbbb ccc\"}\n{\"text\": \"abcdefgh\uD83D\uDE00xyz\"}\n");
        ReadingOptions nine = new ReadingOptions(DocumentUnit.LINE, "text", EncodingErrors.STRICT, 9);

        try (Documents documents =
                TextFiles.named(List.of(folder + "/a.jsonl"), nine).open()) {
            assertThat(documents.next()).contains("aaaaaaa ");
            assertThat(documents.next()).contains("bbbbb ccc");
            assertThat(documents.next()).contains("abcdefgh");
            assertThat(documents.next()).contains("\uD83D\uDE00xyz");
            assertThat(documents.next()).isEmpty();
            assertThat(documents.notice())
                    .contains("Documents longer than 9 bytes were split 2 times, first at " + folder
                            + "/a.jsonl, line 1.");
        }
    }

    @Test
    void foldersAndPatternsStandForTheirFilesInTheOrderOfTheirNames() throws IOException {
        texts.file("b/2.txt", "two");
        texts.file("b/10.txt.gz", TextFolder.compressed(Compression.GZIP, "ten"));
        texts.file("b/deep/er.jsonl", "{\"text\": \"deep\"}");
        texts.file("b/picture.png", new byte[] {0});
        texts.file("b/.hidden.txt", "hidden");
        texts.file("a.md", "a");

        assertThat(texts.read("a.md", "b")).containsExactly("a", "ten", "two", "deep");
        assertThat(texts.read("b/*.txt")).containsExactly("hidden", "two");
        assertThat(texts.read("b/**.jsonl")).containsExactly("deep");
        assertThat(texts.read("*/{2,3}.txt", "a.*")).containsExactly("two", "a");
        assertThat(texts.read("b/2.txt", "b/?.txt")).containsExactly("two");
        TextFolder.refuses(() -> texts.read("b/*.csv"), "no file matches", "b/*.csv");
        texts.file("c/picture.png", new byte[] {0});
        TextFolder.refuses(() -> texts.read("c"), "has no file whose name ends in .txt", ".jsonl", ".gz");
        texts.file("odd[1].txt", "odd");
        assertThat(texts.read("odd[1].txt")).containsExactly("odd");
        assertThatThrownBy(() -> texts.read("odd[.txt"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("odd[.txt");
    }

    @Test
    void aFormatOfAnAbsentModuleIsNamed() throws IOException {
        texts.file("a.parquet", "PAR1");
        DocumentFormats builtIn = new DocumentFormats(List.of(new TextFormat()), new TextFormat());

        TextFolder.refuses(() -> builtIn.of(DocumentFile.of(folder.resolve("a.parquet"))), "org.narrowbert.parquet");
    }
}
