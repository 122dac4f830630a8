package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentUnit;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.data.text.EncodingErrors;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.Texts;

class ParquetReaderTest {
    private static final ParquetFiles.Form USUAL =
            new ParquetFiles.Form(CompressionCodecName.SNAPPY, WriterVersion.PARQUET_1_0, true, 100, 1000);

    @TempDir
    private Path folder;

    static ReadingOptions options(String column, EncodingErrors errors) {
        return new ReadingOptions(DocumentUnit.AUTOMATIC, column, errors, ReadingOptions.DOCUMENT_LIMIT);
    }

    static List<String> read(Path file, ReadingOptions options) {
        List<String> documents = new ArrayList<>();
        try (Documents open = TextFiles.named(List.of(file.toString()), options).open()) {
            for (Optional<String> next = open.next(); next.isPresent(); next = open.next()) {
                documents.add(next.get());
            }
            assertThat(open.bytesRead()).isEqualTo(file.toFile().length());
        }
        return documents;
    }

    private static List<String> read(Path file) {
        return read(file, options("text", EncodingErrors.STRICT));
    }

    /** Texts of which some are missing, some are equal, and some begin alike. */
    private static List<String> texts(int count) {
        Random random = new Random(count);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "";
                        case 1 -> "the same words, again";
                        case 2 -> "begins alike and ends with " + random.nextInt(100);
                        case 3 -> "\u00e9t\u00e9 \u4e2d\u6587 \ud83d\ude00 " + i;
                        default -> "long ".repeat(random.nextInt(1, 300)) + i;
                    });
        }
        return texts;
    }

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void everyFormOfEveryCompressionIsReadAsItWasWritten(CompressionCodecName codec) throws IOException {
        List<String> texts = texts(2_500);
        for (WriterVersion version : WriterVersion.values()) {
            for (boolean dictionary : new boolean[] {true, false}) {
                Path file = ParquetFiles.write(
                        folder.resolve("t.parquet"),
                        new ParquetFiles.Form(codec, version, dictionary, 70, 900),
                        bytes(texts));
                assertThat(read(file))
                        .as("%s, dictionary %s", version, dictionary)
                        .isEqualTo(
                                texts.stream().filter(text -> !text.isEmpty()).toList());
            }
        }
    }

    @Test
    void aColumnThatIsAlwaysThereIsReadUnderItsName() throws IOException {
        Path file = ParquetFiles.write(folder.resolve("t.parquet"), USUAL, bytes(texts(7)));
        assertThat(read(file, options("other", EncodingErrors.STRICT)))
                .containsExactly("other 0", "other 1", "other 2", "other 0", "other 1", "other 2", "other 0");
    }

    /** Which has a row of its own in what is written of each text. */
    @Test
    void aNullIsRefusedWhereEachTextIsAnswered() throws IOException {
        Path file = ParquetFiles.write(folder.resolve("t.parquet"), USUAL, bytes(List.of("a", "b", "", "c")));
        try (Texts texts = Texts.open(file, "text")) {
            assertThat(texts.next()).contains("a");
            assertThat(texts.next()).contains("b");
            assertThatThrownBy(texts::next)
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining("t.parquet, row 3, has null in its column 'text', which is no text");
        }
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithTheColumnsThatAre() throws IOException {
        Path file = ParquetFiles.write(folder.resolve("t.parquet"), USUAL, bytes(texts(7)));
        assertThatThrownBy(() -> read(file, options("txt", EncodingErrors.STRICT)))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " has no column 'txt', it has number, text, other, deep: name the column with the"
                        + " text with --text-column");
        assertThatThrownBy(() -> read(file, options("number", EncodingErrors.STRICT)))
                .hasMessageContaining("has INT64 in its column 'number'");
        assertThatThrownBy(() -> read(file, options("deep", EncodingErrors.STRICT)))
                .hasMessageContaining("has lists or structures in its column 'deep'");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirRowOrReplaced() throws IOException {
        List<byte[]> texts = new ArrayList<>(bytes(List.of("one", "", "three")));
        texts.add("ab\u00e9t\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Path file = ParquetFiles.write(folder.resolve("t.parquet"), USUAL, texts);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("byte 2 of row 4 cannot be decoded");
        assertThat(read(file, options("text", EncodingErrors.REPLACE)))
                .containsExactly("one", "three", "ab\ufffdt\ufffd");
    }

    @Test
    void aFileWithoutTextIsRefused() throws IOException {
        assertThatThrownBy(() -> read(ParquetFiles.write(folder.resolve("t.parquet"), USUAL, bytes(List.of("", "")))))
                .hasMessageContaining("has no text");
        assertThatThrownBy(() -> read(ParquetFiles.write(folder.resolve("t.parquet"), USUAL, List.of())))
                .hasMessageContaining("has no text");
    }

    @Test
    void aFileThatIsCompressedAsAWholeIsRefused() throws IOException {
        Path file = ParquetFiles.write(folder.resolve("t.parquet.gz"), USUAL, bytes(texts(7)));
        assertThatThrownBy(() -> read(file)).hasMessageContaining("decompress it first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BROTLI", "LZO", "LZ4"})
    void aCompressionThatIsNotReadIsNamed(String codec) throws IOException {
        Path file = HandMadeFile.of("some text")
                .codec(CompressionCodec.valueOf(codec))
                .write(folder.resolve("t.parquet"));
        assertThatThrownBy(() -> read(file))
                .hasMessageContaining("cannot be read as Parquet: it is compressed by " + codec);
    }

    @Test
    void lengthsByTheirDifferencesAreRead() throws IOException {
        List<String> texts = texts(1_000);
        Path file = HandMadeFile.deltaLengths(texts).write(folder.resolve("t.parquet"));
        assertThat(read(file))
                .isEqualTo(texts.stream().filter(text -> !text.isEmpty()).toList());
    }

    /** Written by Arrow's C++ writer. */
    @Test
    void aSplitOfSst2IsReadAsHuggingFaceWritesIt() {
        Path file = Stream.of(
                        System.getProperty("narrowbert.data", ""),
                        System.getenv().getOrDefault("NARROWBERT_DATA", ""))
                .filter(name -> !name.isEmpty())
                .map(name -> Path.of(name, "parquet", "sst2-sample.parquet"))
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of(""));
        if (!Files.isRegularFile(file)) {
            System.out.println("skipped: no parquet/sst2-sample.parquet in the folder that NARROWBERT_DATA names");
        }
        assumeTrue(Files.isRegularFile(file), "no data");
        List<String> sentences = read(file, options("sentence", EncodingErrors.STRICT));
        assertThat(sentences).hasSize(872).startsWith("it 's a charming and often affecting journey . ");
        assertThat(sentences).allSatisfy(sentence -> assertThat(sentence).isNotBlank());
        assertThatThrownBy(() -> read(file)).hasMessageContaining("no column 'text', it has sentence, label, idx");
    }
}
