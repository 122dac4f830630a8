package org.narrowbert.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class DocumentFormatsTest {
    private static final ReadingOptions OPTIONS = ReadingOptions.of(DocumentUnit.AUTOMATIC);

    /** How a zstd frame tells it: 2^(10 + 13) bytes. */
    private static final int WINDOW_OF_8_MIB = 13 << 3;

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] compressed(Compression compression, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (compression) {
            case NONE -> bytes;
            case GZIP -> new GZIPOutputStream(bytes);
            case ZSTD -> new ZstdOutputStream(bytes);
        }) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private List<String> read(ReadingOptions options, String... names) {
        List<String> texts = new ArrayList<>();
        List<String> full = Arrays.stream(names)
                .map(name -> folder.resolve(".") + "/" + name)
                .toList();
        TextFiles source = TextFiles.named(full, options);
        try (Documents documents = source.open()) {
            for (Optional<String> text = documents.next(); text.isPresent(); text = documents.next()) {
                texts.add(text.get());
            }
            assertThat(documents.bytesRead()).isEqualTo(source.bytes());
        }
        return texts;
    }

    private List<String> read(String... names) {
        return read(OPTIONS, names);
    }

    private static void refuses(ThrowingCallable reading, String... words) {
        assertThatThrownBy(reading)
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain("\n")
                .doesNotEndWith(".");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void textAndJsonLinesAreReadHoweverTheyAreCompressed(Compression compression) throws IOException {
        String many = "some text, ".repeat(300_000);
        file("a.txt" + compression.ending(), compressed(compression, "one\ntwo\n\nthree " + many));
        file(
                "b.jsonl" + compression.ending(),
                compressed(compression, "{\"text\": \"caf\\u00e9\"}\n{\"text\":\"x\\ny\"}"));

        assertThat(read("a.txt" + compression.ending(), "b.jsonl" + compression.ending()))
                .containsExactly("one\ntwo", "three " + many, "café", "x\ny");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void severalMembersOrFramesEndToEndAreOneText(Compression compression) throws IOException {
        byte[] member = compressed(compression, "line\n");
        file("a.txt" + compression.ending(), joined(member, joined(member, compressed(compression, "last"))));

        assertThat(read("a.txt" + compression.ending())).containsExactly("line", "line", "last");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void dataCutOffAnywhereAreRefusedWithTheFileAndThePlace(Compression compression) throws IOException {
        byte[] whole = compressed(
                compression, new Random(1).ints(3_000).mapToObj(i -> i + "\n").reduce("", String::concat));
        String name = "a.txt" + compression.ending();
        for (int length : new int[] {1, 5, 12, 1_000, whole.length / 2, whole.length - 5, whole.length - 1}) {
            file(name, Arrays.copyOf(whole, length));
            refuses(
                    () -> read(name),
                    name + " ends within its " + compression.title() + " data, after " + length + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void damagedDataAndWhatFollowsTheLastPartAreRefused(Compression compression) throws IOException {
        byte[] whole = compressed(compression, "some text ".repeat(1_000));
        String name = "a.txt" + compression.ending();
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 1;
        file(name, damaged);
        refuses(
                () -> read(name),
                name + " cannot be decompressed as " + compression.title() + ": it",
                ", at or before byte " + whole.length + "; get the file again");

        for (String garbage :
                new String[] {"xyzzy", "some text that is no " + compression.title(), "y".repeat(100_000)}) {
            file(name, joined(whole, garbage.getBytes(StandardCharsets.UTF_8)));
            refuses(() -> read(name), name);
        }
        file(name, "plain text");
        refuses(
                () -> read(name),
                name + " cannot be decompressed as " + compression.title() + ": it does not begin as "
                        + compression.title() + " does, at or before byte ",
                "; get the file again, or give it another name if it is not compressed");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void mutatedDataAreReadOrRefusedAndNothingElse(Compression compression) throws IOException {
        byte[] whole = compressed(compression, "some text, more text and other text\n".repeat(50));
        Random random = new Random(7);
        String name = "a.txt" + compression.ending();
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] mutated = whole.clone();
            for (int j = 0; j <= i % 3; j++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            file(name, mutated);
            try {
                read(name);
            } catch (RunError error) {
                assertThat(error.getMessage()).contains(name);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(900);
    }

    /** A zstd frame of 128 KiB blocks, each one byte repeated. */
    private static byte[] zstdOfOneLetter(int blocks) {
        ByteBuffer frame = ByteBuffer.allocate(6 + 4 * blocks).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0xFD2FB528).put((byte) 0).put((byte) WINDOW_OF_8_MIB);
        for (int block = 0; block < blocks; block++) {
            int header = (block == blocks - 1 ? 1 : 0) | 1 << 1 | (1 << 17) << 3;
            frame.put((byte) header)
                    .put((byte) (header >> 8))
                    .put((byte) (header >> 16))
                    .put((byte) 'a');
        }
        return frame.array();
    }

    @Test
    void aZstdBombIsReadInPartsOfTheLimit() throws IOException {
        byte[] bomb = zstdOfOneLetter(1_024);
        assertThat(bomb).hasSizeLessThan(5_000);
        file("a.txt.zst", bomb);
        try (Documents documents = TextFiles.of(folder.resolve("a.txt.zst")).open()) {
            for (int part = 0; part < 8; part++) {
                assertThat(documents.next().orElseThrow()).hasSize(ReadingOptions.DOCUMENT_LIMIT);
            }
            assertThat(documents.next()).isEmpty();
            assertThat(documents.notice())
                    .hasValueSatisfying(notice -> assertThat(notice)
                            .contains("were split 7 times, first at " + folder.resolve("a.txt.zst") + ", line 1."));
        }
        file("a.jsonl.zst", bomb);
        refuses(() -> read("a.jsonl.zst"), "a.jsonl.zst, line 1, is longer than 33554432 bytes");
    }

    @Test
    void notUtf8InCompressedTextIsRefusedWithTheOffsetInTheText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(("0123456789".repeat(1000) + "caf\u00E9").getBytes(StandardCharsets.ISO_8859_1));
        }
        file("a.txt.gz", bytes.toByteArray());

        refuses(() -> read("a.txt.gz"), "byte 10003 of the decompressed text, in line 1, cannot be decoded");
    }

    @Test
    void whatIsNoTextCanBeReplacedAndIsCounted() throws IOException {
        file("a.txt", "good\ncaf\u00E9\nn\u0000l".getBytes(StandardCharsets.ISO_8859_1));
        file("b.jsonl", "{\"text\": \"half \\ud83d and nul \\u0000\"}");
        ReadingOptions replace =
                new ReadingOptions(DocumentUnit.LINE, "text", EncodingErrors.REPLACE, ReadingOptions.DOCUMENT_LIMIT);
        List<String> names = List.of(folder + "/a.txt", folder + "/b.jsonl");

        assertThat(read(replace, "a.txt", "b.jsonl"))
                .containsExactly("good", "caf\uFFFD", "n\uFFFDl", "half \uFFFD and nul \uFFFD");
        try (Documents documents = TextFiles.named(names, replace).open()) {
            while (documents.next().isPresent()) {}
            assertThat(documents.notice())
                    .contains("What is not text was replaced by U+FFFD in 3 places, first at " + folder
                            + "/a.txt, line 2.");
        }
        refuses(
                () -> read("b.jsonl"),
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
        refuses(() -> DocumentInput.open(beyond, tooShort), "a.txt", "cannot be read");
        assertThat(closed).isTrue();
    }

    @Test
    void aFieldOfAnyNameIsReadAndOthersAreOnlyCheckedForSoundness() throws IOException {
        file(
                "a.ndjson",
                "\n"
                        + "{\"id\": 1, \"body\": \"one\", \"meta\": {\"text\": [1, {}]}}\n"
                        + "  \n"
                        + "{\"body\": null}\n"
                        + "{\"body\": \"\"}\n"
                        + "{\"body\": \"two\"}\n");
        ReadingOptions body =
                new ReadingOptions(DocumentUnit.LINE, "body", EncodingErrors.STRICT, ReadingOptions.DOCUMENT_LIMIT);

        assertThat(read(body, "a.ndjson")).containsExactly("one", "two");
        refuses(
                () -> read("a.ndjson"),
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
            file("a.jsonl", good + one[0] + "\n" + good);
            refuses(() -> read("a.jsonl"), Arrays.copyOfRange(one, 1, one.length));
        }
        file(
                "a.jsonl",
                good + "{\"text\": \"" + "[".repeat(20_000_000) + "\", \"b\": " + "[".repeat(63) + "]".repeat(63)
                        + "}");
        assertThat(read("a.jsonl")).hasSize(3);
    }

    @Test
    void aLineOfJsonMayHaveExactlyAsManyBytesAsTheLimit() throws IOException {
        String half = "x".repeat(JsonLinesReader.LINE_LIMIT / 2);
        String rest = "{\"text\": \"one\", \"a\": \"" + half + "\", \"b\": \"\"}";
        String other = "x".repeat(JsonLinesReader.LINE_LIMIT - rest.length());
        String line = rest.substring(0, rest.length() - 2) + other + "\"}";
        assertThat(line).hasSize(JsonLinesReader.LINE_LIMIT);
        file("a.jsonl", line + "\n");
        assertThat(read("a.jsonl")).containsExactly("one");
        file("a.jsonl", " " + line + "\n");
        refuses(() -> read("a.jsonl"), "line 1, is longer than 33554432 bytes");
    }

    @Test
    void longFieldsAreSplitAtABlankOrACharacterAndCounted() throws IOException {
        file("a.jsonl", "{\"text\": \"aaaaaaa bbbbb ccc\"}\n{\"text\": \"abcdefgh\uD83D\uDE00xyz\"}\n");
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
        file("b/2.txt", "two");
        file("b/10.txt.gz", compressed(Compression.GZIP, "ten"));
        file("b/deep/er.jsonl", "{\"text\": \"deep\"}");
        file("b/picture.png", new byte[] {0});
        file("b/.hidden.txt", "hidden");
        file("a.md", "a");

        assertThat(read("a.md", "b")).containsExactly("a", "ten", "two", "deep");
        assertThat(read("b/*.txt")).containsExactly("hidden", "two");
        assertThat(read("b/**.jsonl")).containsExactly("deep");
        assertThat(read("*/{2,3}.txt", "a.*")).containsExactly("two", "a");
        assertThat(read("b/2.txt", "b/?.txt")).containsExactly("two");
        refuses(() -> read("b/*.csv"), "no file matches", "b/*.csv");
        file("c/picture.png", new byte[] {0});
        refuses(() -> read("c"), "has no file whose name ends in .txt", ".jsonl", ".gz");
        file("odd[1].txt", "odd");
        assertThat(read("odd[1].txt")).containsExactly("odd");
        assertThatThrownBy(() -> read("odd[.txt")).isInstanceOf(UserError.class).hasMessageContaining("odd[.txt");
    }

    @Test
    void aFormatOfAnAbsentModuleIsNamed() throws IOException {
        file("a.parquet", "PAR1");
        DocumentFormats builtIn = new DocumentFormats(List.of(new TextFormat()), new TextFormat());

        refuses(() -> builtIn.of(DocumentFile.of(folder.resolve("a.parquet"))), "org.narrowbert.parquet");
    }
}
