package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.PageType;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.EncodingErrors;
import org.narrowbert.model.data.ReadingOptions;

/** Files that lie: each is refused in a sentence, and none makes more memory be set aside than a small part of what it claims. */
class HostileParquetTest {
    /** More files than are tried in every build: -Dnarrowbert.mutations=2000. */
    private static final int MUTATIONS = Integer.getInteger("narrowbert.mutations", 400);

    private static final long MOST_BYTES = 64_000_000;
    private static final ReadingOptions OPTIONS = ParquetReaderTest.options("text", EncodingErrors.STRICT);

    @TempDir
    private Path folder;

    private static HandMadeFile sound() {
        return HandMadeFile.of("a first text", "a second one", "and a third");
    }

    /** Reads a file; the sentence that refuses it, or nothing when it was read. */
    private static String refusal(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        String sentence = "";
        try {
            assertThat(ParquetReaderTest.read(file, OPTIONS)).isNotEmpty();
        } catch (RunError refused) {
            sentence = refused.getMessage();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        return sentence;
    }

    private void refused(byte[] bytes, String... words) throws IOException {
        Path file = Files.write(folder.resolve("t.parquet"), bytes);
        assertThat(refusal(file))
                .contains("t.parquet")
                .contains(words)
                .hasLineCount(1)
                .doesNotContain("Exception", "thrift", "org.apache");
    }

    private DynamicTest lie(String name, String words, Consumer<HandMadeFile> change) {
        return DynamicTest.dynamicTest(name, () -> refused(sound().lie(change).bytes(), words));
    }

    @Test
    void theSoundFileIsRead() throws IOException {
        assertThat(refusal(sound().write(folder.resolve("t.parquet")))).isEmpty();
    }

    /** What is claimed up to the limit is looked for, and beyond it is not. */
    @Test
    void aPageMayClaimAsMuchAsTheLimit() throws IOException {
        int limit = 1 << 27;
        String beyond = "at most " + limit + " are read";
        assertThat(refusal(pageOf(limit, 1))).isNotEmpty().doesNotContain(beyond);
        assertThat(refusal(pageOf(1, limit))).isNotEmpty().doesNotContain(beyond);
        assertThat(refusal(pageOf(limit + 1, 1))).contains(beyond);
        assertThat(refusal(pageOf(1, limit + 1))).contains(beyond);
    }

    private Path pageOf(int compressed, int uncompressed) throws IOException {
        return sound().lie(file -> file.page.setCompressed_page_size(compressed))
                .lie(file -> file.page.setUncompressed_page_size(uncompressed))
                .write(folder.resolve("t.parquet"));
    }

    @Test
    void aFooterMayHaveAsManyBytesAsTheLimit() throws IOException {
        int limit = 1 << 26;
        String beyond = "its footer has " + (limit + 1) + " bytes, and at most " + limit + " are read";
        assertThatThrownBy(() -> ParquetReaderTest.read(footerOf(limit), OPTIONS))
                .isInstanceOf(RunError.class)
                .message()
                .doesNotContain("at most");
        assertThatThrownBy(() -> ParquetReaderTest.read(footerOf(limit + 1), OPTIONS))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(beyond);
    }

    /** A file whose footer is so many bytes of nothing. */
    private Path footerOf(int bytes) throws IOException {
        Path file = folder.resolve("footer.parquet");
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.write(HandMadeFile.magic());
            content.seek(HandMadeFile.magic().length + (long) bytes);
            content.write(HandMadeFile.littleEndian(bytes));
            content.write(HandMadeFile.magic());
        }
        return file;
    }

    @TestFactory
    Stream<DynamicTest> everyLieIsRefused() {
        int most = Integer.MAX_VALUE;
        return Stream.of(
                lie("rows below 0", "-1 rows", file -> file.group().setNum_rows(-1)),
                lie(
                        "rows that are not there",
                        "claims to have 3 values",
                        file -> file.group().setNum_rows(most)),
                lie("rows and values that are not there", "fewer than it claims", file -> {
                    file.group().setNum_rows(1L << 60);
                    file.column().setNum_values(1L << 60);
                }),
                lie("more values in pages than in the column", "more values", file -> {
                    file.group().setNum_rows(2);
                    file.column().setNum_values(2);
                }),
                lie("values below 0", "-5 values", file -> file.data().setNum_values(-5)),
                lie("values that are not in the page", "cannot be decoded", file -> {
                    file.group().setNum_rows(most);
                    file.column().setNum_values(most);
                    file.data().setNum_values(most);
                }),
                lie(
                        "an offset before the file",
                        "begin at byte -1",
                        file -> file.column().setData_page_offset(-1)),
                lie(
                        "an offset beyond it",
                        "begin at byte 99999",
                        file -> file.column().setData_page_offset(99999)),
                lie("an offset within a page", "damaged", file -> file.column().setData_page_offset(40)),
                lie("a page below 0", "claims to have", file -> file.page.setUncompressed_page_size(-1)),
                lie("a page of 2 GB", "at most", file -> file.page.setUncompressed_page_size(most)),
                lie("a compressed page of 2 GB", "at most", file -> file.page.setCompressed_page_size(most)),
                lie("a compressed page below 0", "-7 bytes", file -> file.page.setCompressed_page_size(-7)),
                lie("a page beyond the file", "are left", file -> file.page.setCompressed_page_size(100_000_000)),
                lie("a page of another size", "claims to have", file -> file.page.setUncompressed_page_size(5)),
                lie("another checksum", "checksum", file -> file.page.setCrc(1)),
                lie("no header", "no header of a page", file -> file.page.unsetData_page_header()),
                lie(
                        "another encoding",
                        "encoded as BYTE_STREAM_SPLIT",
                        file -> file.data().setEncoding(Encoding.BYTE_STREAM_SPLIT)),
                lie("numbers of no dictionary", "damaged", file -> file.data().setEncoding(Encoding.RLE_DICTIONARY)),
                lie("an index for a page", "fewer", file -> file.page.setType(PageType.INDEX_PAGE)),
                lie("a dictionary of 2^31 values", "claims to have 2147483647", file -> {
                    file.page.setType(PageType.DICTIONARY_PAGE);
                    file.page.setDictionary_page_header(new DictionaryPageHeader(most, Encoding.PLAIN));
                }),
                lie(
                        "levels that are not there",
                        "t.parquet",
                        file -> file.metadata.getSchema().get(1).setRepetition_type(FieldRepetitionType.OPTIONAL)),
                lie("levels of the second version beyond the page", "claims levels", file -> {
                    file.page.setType(PageType.DATA_PAGE_V2);
                    file.page.setData_page_header_v2(new DataPageHeaderV2(3, 0, 3, Encoding.PLAIN, most, 0));
                }),
                lie("levels below 0", "claims levels", file -> {
                    file.page.setType(PageType.DATA_PAGE_V2);
                    file.page.setData_page_header_v2(new DataPageHeaderV2(3, 0, 3, Encoding.PLAIN, -4, 0));
                }),
                lie(
                        "no columns",
                        "fewer than the schema",
                        file -> file.group().getColumns().clear()),
                lie(
                        "another column's data",
                        "claim to be those of a.b",
                        file -> file.column().setPath_in_schema(List.of("a", "b"))),
                lie("data elsewhere", "in another file", file -> file.chunk().setFile_path("../secret.parquet")),
                lie("no metadata", "encrypted", file -> file.chunk().unsetMeta_data()),
                lie(
                        "no schema",
                        "schema is empty",
                        file -> file.metadata.getSchema().clear()),
                lie(
                        "children that are not there",
                        "ends within a column",
                        file -> file.metadata.getSchema().get(1).setNum_children(most)),
                lie(
                        "children below 0",
                        "-3 parts",
                        file -> file.metadata.getSchema().get(1).setNum_children(-3)),
                compressed(CompressionCodec.SNAPPY),
                compressed(CompressionCodec.GZIP),
                compressed(CompressionCodec.ZSTD),
                compressed(CompressionCodec.LZ4_RAW),
                bomb(CompressionCodec.SNAPPY),
                bomb(CompressionCodec.GZIP),
                bomb(CompressionCodec.ZSTD),
                bomb(CompressionCodec.LZ4_RAW));
    }

    private DynamicTest compressed(CompressionCodec codec) {
        return lie(codec + " that is none", "damaged", file -> file.codec(codec));
    }

    private DynamicTest bomb(CompressionCodec codec) {
        return lie(codec + " of 128 MB", "when decompressed", file -> {
            file.codec(codec);
            file.page.setUncompressed_page_size(1 << 27);
        });
    }

    @Test
    void lengthsByTheirDifferencesThatLieAreRefused() throws IOException {
        for (String head : List.of(
                "80 01 04 FF FF FF FF 07 00",
                "FF FF FF FF 0F 01 03 00",
                "80 01 00 03 00",
                "00 04 03 00",
                "80 01 07 03 00",
                "80 01 04 FF FF FF FF FF FF FF 00",
                "80 01 04 03",
                "")) {
            HandMadeFile file = sound();
            file.data().setEncoding(Encoding.DELTA_LENGTH_BYTE_ARRAY);
            refused(file.lie(lying -> content(lying, bytes(head))).bytes(), "damaged");
            file.data().setEncoding(Encoding.DELTA_BYTE_ARRAY);
            refused(file.bytes(), "damaged");
        }
    }

    @Test
    void runsThatLieAreRefused() throws IOException {
        // Levels of a page whose values may be missing: packed runs and runs of one value, of far too many.
        for (String runs : List.of("FF FF FF FF 0F", "FE FF FF FF 0F", "00 01", "FF FF FF FF FF 0F", "03", "80")) {
            HandMadeFile file = sound();
            file.metadata.getSchema().get(1).setRepetition_type(FieldRepetitionType.OPTIONAL);
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(HandMadeFile.littleEndian(bytes(runs).length));
            content.writeBytes(bytes(runs));
            refused(file.lie(lying -> content(lying, content.toByteArray())).bytes(), "damaged");
        }
    }

    private static byte[] bytes(String hexadecimal) {
        return hexadecimal.isEmpty() ? new byte[0] : HexFormat.ofDelimiter(" ").parseHex(hexadecimal);
    }

    private static void content(HandMadeFile file, byte[] content) {
        file.content = content;
        file.page.setCompressed_page_size(content.length);
        file.page.setUncompressed_page_size(content.length);
    }

    @Test
    void filesThatAreCutOffOrNoParquetAreRefused() throws IOException {
        byte[] sound = sound().bytes();
        refused("not Parquet at all, but words".getBytes(StandardCharsets.US_ASCII), "does not begin with PAR1");
        refused("PAR1".getBytes(StandardCharsets.US_ASCII), "cut off");
        refused("PAR1PAR1".getBytes(StandardCharsets.US_ASCII), "cut off");
        for (int length = 4; length < sound.length; length++) {
            refused(Arrays.copyOf(sound, length), "cut off");
        }
        byte[] encrypted = sound.clone();
        encrypted[encrypted.length - 1] = 'E';
        refused(encrypted, "footer is encrypted");
    }

    @Test
    void footersThatLieOfTheirLengthAreRefused() throws IOException {
        byte[] sound = sound().bytes();
        for (int length : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, sound.length, sound.length - 11}) {
            byte[] lying = sound.clone();
            System.arraycopy(HandMadeFile.littleEndian(length), 0, lying, lying.length - 8, 4);
            refused(lying, "footer claims to have " + Integer.toUnsignedLong(length) + " bytes");
        }
        for (int length : new int[] {1, 2, 30, sound.length - 13}) {
            byte[] lying = sound.clone();
            System.arraycopy(HandMadeFile.littleEndian(length), 0, lying, lying.length - 8, 4);
            refused(lying, "t.parquet");
        }
    }

    @Test
    void footersOfListsAndStringsWithoutEndAreRefused() throws IOException {
        // A field of the compact protocol: list of structures with 2^31 - 1 elements, string of as many bytes, and
        // nested structures.
        refused(footer(bytes("29 FC FF FF FF FF 07")), "metadata are damaged");
        refused(footer(bytes("19 FC FF FF FF FF 07")), "metadata are damaged");
        refused(footer(bytes("68 FF FF FF FF 07")), "metadata are damaged");
        byte[] deep = new byte[1 << 20];
        Arrays.fill(deep, (byte) 0x1C);
        refused(footer(deep), "metadata are damaged");
        Arrays.fill(deep, (byte) 0xFC);
        refused(footer(deep), "metadata are damaged");
        Arrays.fill(deep, (byte) 0x19);
        refused(footer(deep), "metadata are damaged");
    }

    private static byte[] footer(byte[] bytes) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(HandMadeFile.magic());
        file.writeBytes(bytes);
        file.writeBytes(HandMadeFile.littleEndian(bytes.length));
        file.writeBytes(HandMadeFile.magic());
        return file.toByteArray();
    }

    @Test
    void mutatedFilesAreReadOrRefusedInASentence() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            texts.add((i % 7 == 0 ? "" : "the same beginning of text " + i % 50).getBytes(StandardCharsets.UTF_8));
        }
        for (CompressionCodecName codec : List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.GZIP,
                CompressionCodecName.ZSTD)) {
            for (WriterVersion version : WriterVersion.values()) {
                for (boolean dictionary : new boolean[] {true, false}) {
                    Path file = ParquetFiles.write(
                            folder.resolve("o.parquet"),
                            new ParquetFiles.Form(codec, version, dictionary, 90, 200),
                            texts);
                    originals.add(Files.readAllBytes(file));
                }
            }
        }
        Random random = new Random(20);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] bytes = originals.get(mutation % originals.size()).clone();
            mutate(bytes, random);
            Path file = Files.write(folder.resolve("m.parquet"), bytes);
            String sentence = refusal(file);
            assertThat(sentence.lines().count()).as(sentence).isLessThanOrEqualTo(1);
            refused += sentence.isEmpty() ? 0 : 1;
        }
        assertThat(refused).as("of %d files", MUTATIONS).isGreaterThan(MUTATIONS / 3);
    }

    /** Changes bytes anywhere, in the footer, or in the first page, where headers are. */
    private static void mutate(byte[] bytes, Random random) {
        int begin = switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> Math.max(0, bytes.length - 900);
            default -> 4;
        };
        int end = begin == 4 ? Math.min(bytes.length, 200) : bytes.length;
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            byte value = (byte)
                    switch (random.nextInt(4)) {
                        case 0 -> 0xFF;
                        case 1 -> 0;
                        case 2 -> 0x7F;
                        default -> random.nextInt(256);
                    };
            int at = random.nextInt(begin, end);
            for (int repeat = random.nextInt(1, 6); repeat > 0 && at < end; repeat--) {
                bytes[at++] = value;
            }
        }
    }
}
