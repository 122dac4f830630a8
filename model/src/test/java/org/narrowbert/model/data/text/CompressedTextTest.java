package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Text that is compressed as a whole. */
class CompressedTextTest {
    /** How a zstd frame tells it: 2^(10 + 13) bytes. */
    private static final int WINDOW_OF_8_MIB = 13 << 3;

    @TempDir
    Path folder;

    private TextFolder texts;

    @BeforeEach
    void layOut() {
        texts = new TextFolder(folder);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void textAndJsonLinesAreReadHoweverTheyAreCompressed(Compression compression) throws IOException {
        String many = "some text, ".repeat(300_000);
        texts.file("a.txt" + compression.ending(), TextFolder.compressed(compression, "one\ntwo\n\nthree " + many));
        texts.file(
                "b.jsonl" + compression.ending(),
                TextFolder.compressed(compression, "{\"text\": \"caf\\u00e9\"}\n{\"text\":\"x\\ny\"}"));

        assertThat(texts.read("a.txt" + compression.ending(), "b.jsonl" + compression.ending()))
                .containsExactly("one\ntwo", "three " + many, "café", "x\ny");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void severalMembersOrFramesEndToEndAreOneText(Compression compression) throws IOException {
        byte[] member = TextFolder.compressed(compression, "line\n");
        texts.file(
                "a.txt" + compression.ending(),
                TextFolder.joined(member, TextFolder.joined(member, TextFolder.compressed(compression, "last"))));

        assertThat(texts.read("a.txt" + compression.ending())).containsExactly("line", "line", "last");
    }

    @Test
    void aLineOfAGigabyteComesInPartsThatFitIntoMemory() throws IOException {
        int blocks = 1 << 10;
        byte[] member = TextFolder.compressed(Compression.GZIP, "thousand ".repeat((1 << 20) / 9));
        Path file = texts.file("a.txt.gz", new byte[0]);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int block = 0; block < blocks; block++) {
                out.write(member);
            }
        }
        long bytes = 0;
        try (Documents documents =
                TextFiles.named(List.of(file.toString()), TextFolder.OPTIONS).open()) {
            for (Optional<String> text = documents.next(); text.isPresent(); text = documents.next()) {
                assertThat(text.get().length()).isBetween(1, ReadingOptions.DOCUMENT_LIMIT);
                bytes += text.get().length();
            }
            assertThat(documents.notice().orElseThrow()).contains("Documents longer than 16777216 bytes were split");
        }
        assertThat(bytes).as("but for blanks at the cuts").isBetween(blocks * 1_048_000L, blocks * 1_048_576L);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void dataCutOffAnywhereAreRefusedWithTheFileAndThePlace(Compression compression) throws IOException {
        byte[] whole = TextFolder.compressed(
                compression, new Random(1).ints(3_000).mapToObj(i -> i + "\n").reduce("", String::concat));
        String name = "a.txt" + compression.ending();
        for (int length : new int[] {1, 5, 12, 1_000, whole.length / 2, whole.length - 5, whole.length - 1}) {
            texts.file(name, Arrays.copyOf(whole, length));
            TextFolder.refuses(
                    () -> texts.read(name),
                    name + " ends within its " + compression.title() + " data, after " + length + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void damagedDataAndWhatFollowsTheLastPartAreRefused(Compression compression) throws IOException {
        byte[] whole = TextFolder.compressed(compression, "some text ".repeat(1_000));
        String name = "a.txt" + compression.ending();
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 1;
        texts.file(name, damaged);
        TextFolder.refuses(
                () -> texts.read(name),
                name + " cannot be decompressed as " + compression.title() + ": it",
                ", at or before byte " + whole.length + "; get the file again");

        for (String garbage :
                new String[] {"xyzzy", "some text that is no " + compression.title(), "y".repeat(100_000)}) {
            texts.file(name, TextFolder.joined(whole, garbage.getBytes(StandardCharsets.UTF_8)));
            TextFolder.refuses(() -> texts.read(name), name);
        }
        texts.file(name, "plain text");
        TextFolder.refuses(
                () -> texts.read(name),
                name + " cannot be decompressed as " + compression.title() + ": it does not begin as "
                        + compression.title() + " does, at or before byte ",
                "; get the file again, or give it another name if it is not compressed");
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
        texts.file("a.txt.zst", bomb);
        try (Documents documents = TextFiles.of(folder.resolve("a.txt.zst")).open()) {
            for (int part = 0; part < 8; part++) {
                assertThat(documents.next().orElseThrow()).hasSize(ReadingOptions.DOCUMENT_LIMIT);
            }
            assertThat(documents.next()).isEmpty();
            assertThat(documents.notice())
                    .hasValueSatisfying(notice -> assertThat(notice)
                            .contains("were split 7 times, first at " + folder.resolve("a.txt.zst") + ", line 1."));
        }
        texts.file("a.jsonl.zst", bomb);
        TextFolder.refuses(() -> texts.read("a.jsonl.zst"), "a.jsonl.zst, line 1, is longer than 33554432 bytes");
    }

    @Test
    void notUtf8InCompressedTextIsRefusedWithTheOffsetInTheText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(("0123456789".repeat(1000) + "caf\u00E9").getBytes(StandardCharsets.ISO_8859_1));
        }
        texts.file("a.txt.gz", bytes.toByteArray());

        TextFolder.refuses(
                () -> texts.read("a.txt.gz"), "byte 10003 of the decompressed text, in line 1, cannot be decoded");
    }
}
