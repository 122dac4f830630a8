package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class TextFilesTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static TextFiles files(DocumentUnit unit, Path... files) {
        return TextFiles.named(Stream.of(files).map(Path::toString).toList(), ReadingOptions.of(unit));
    }

    /** Documents of at most 9 bytes. */
    private static Documents limited(DocumentUnit unit, Path file) {
        ReadingOptions options = new ReadingOptions(unit, ReadingOptions.TEXT_COLUMN, EncodingErrors.STRICT, 9);
        return TextFiles.named(List.of(file.toString()), options).open();
    }

    private static List<String> read(TextSource source) {
        try (Documents documents = source.open()) {
            return read(documents);
        }
    }

    private static List<String> read(Documents documents) {
        List<String> texts = new ArrayList<>();
        for (Optional<String> text = documents.next(); text.isPresent(); text = documents.next()) {
            texts.add(text.get());
        }
        return texts;
    }

    @Test
    void blankLinesPartParagraphs() throws IOException {
        Path file = file("a.txt", "\n# Title\n\none\ntwo\n  \n\nthree\r\nfour\r\n\r\nfive");

        assertThat(read(TextFiles.of(file))).containsExactly("# Title", "one\ntwo", "three\nfour", "five");
    }

    @Test
    void withoutBlankLinesEveryLineIsADocument() throws IOException {
        Path file = file("a.txt", "one\ntwo\r\nthree\n\n\n");

        assertThat(read(TextFiles.of(file))).containsExactly("one", "two", "three");
    }

    @Test
    void theUnitCanBeSaidAndFilesAreReadInOrder() throws IOException {
        Path first = file("a.txt", "one\n\ntwo\nthree\n");
        Path second = file("b.txt", "\uFEFFfour\nfive");

        TextFiles lines = files(DocumentUnit.LINE, first, second);
        assertThat(read(lines)).containsExactly("one", "two", "three", "four", "five");
        assertThat(read(files(DocumentUnit.PARAGRAPH, second, first)))
                .containsExactly("four\nfive", "one", "two\nthree");
        assertThat(lines.bytes()).isEqualTo(15 + 12);
        try (Documents documents = lines.open()) {
            read(documents);
            assertThat(documents.bytesRead()).isEqualTo(lines.bytes());
            assertThat(documents.notice()).isEmpty();
        }
    }

    @Test
    void linesAroundTheBuffersSizeAreReadWhole() throws IOException {
        String line = "é".repeat((1 << 19) - 1);
        Path file = file("a.txt", line + "\n" + line + "x\nlast");

        assertThat(read(files(DocumentUnit.LINE, file))).containsExactly(line, line + "x", "last");
    }

    @Test
    void linesBeyondTheLimitAreSplitAtABlankOrACharacterAndCounted() throws IOException {
        Path file = file("a.txt", "short\naaaaaaa bbbbb ccc\néééééééé\n");

        try (Documents documents = limited(DocumentUnit.LINE, file)) {
            assertThat(read(documents)).containsExactly("short", "aaaaaaa ", "bbbbb ccc", "éééé", "éééé");
            assertThat(documents.notice())
                    .contains("Documents longer than 9 bytes were split 2 times, first at " + file + ", line 2.");
        }
    }

    @Test
    void aLineOfExactlyTheLimitIsNotSplitAndLongParagraphsAre() throws IOException {
        Path file = file("a.txt", "123456789\nab\n\nabcd\nefgh\nijkl\n");

        try (Documents documents = limited(DocumentUnit.LINE, file)) {
            assertThat(read(documents)).contains("123456789");
            assertThat(documents.notice()).isEmpty();
        }
        try (Documents documents = limited(DocumentUnit.PARAGRAPH, file)) {
            assertThat(read(documents)).containsExactly("123456789", "ab", "abcd\nefgh", "ijkl");
            assertThat(documents.notice()).isPresent();
        }
    }

    @Test
    void wrongNamesAreRefusedBeforeAnythingIsRead() throws IOException {
        Path empty = file("empty.txt", "");

        refuses(() -> TextFiles.of(folder.resolve("absent.txt")), "there is no file");
        refuses(() -> TextFiles.of(folder), "is a folder");
        refuses(() -> TextFiles.of(empty), "is empty");
        assertThatThrownBy(() -> files(DocumentUnit.LINE)).isInstanceOf(UserError.class);
    }

    @Test
    void aFileOfBlankLinesIsRefused() throws IOException {
        Path file = file("blank.txt", "\n \r\n\t\n");

        refuses(() -> read(TextFiles.of(file)), "has no text");
    }

    @Test
    void binaryFilesAndBytesThatAreNotUtf8AreRefusedWithTheirOffset() throws IOException {
        Path binary = file("binary.txt", "text\nmore\u0000");
        Path latin = folder.resolve("latin.txt");
        Files.write(latin, "one\ntwo caf\u00E9\n".getBytes(StandardCharsets.ISO_8859_1));
        Path cut = folder.resolve("cut.txt");
        Files.write(cut, new byte[] {'a', 'b', (byte) 0xE2, (byte) 0x82});
        Path wide = folder.resolve("wide.txt");
        Files.write(wide, "text".getBytes(StandardCharsets.UTF_16));

        refuses(() -> read(TextFiles.of(binary)), "byte 9 is NUL");
        refuses(
                () -> read(TextFiles.of(Files.copy(binary, folder.resolve("text.txt.bz2")))),
                "files that end in .bz2 are not read: decompress");
        refuses(() -> read(TextFiles.of(latin)), "byte 11, in line 2, cannot be decoded");
        refuses(() -> read(TextFiles.of(cut)), "byte 2, in line 1, cannot be decoded");
        refuses(() -> read(TextFiles.of(wide)), "is not");
    }

    @Test
    void theOffsetIsRightBeyondTheFirstBuffer() throws IOException {
        byte[] bytes = "0123456789abcde\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        bytes[1_500_003] = (byte) 0xFF;
        Path file = Files.write(folder.resolve("big.txt"), bytes);

        refuses(() -> read(TextFiles.of(file)), "byte 1500003, in line 93751,");
    }

    private static void refuses(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading)
                .isInstanceOf(RunError.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n")
                .doesNotEndWith(".");
    }
}
