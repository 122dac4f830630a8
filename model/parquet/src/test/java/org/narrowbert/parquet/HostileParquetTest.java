package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.PageType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie: each is refused in a sentence, and none makes more memory be set aside than a small part of what it claims. */
class HostileParquetTest {
    @TempDir
    private Path folder;

    private DynamicTest lie(String name, String words, Consumer<HandMadeFile> change) {
        return DynamicTest.dynamicTest(
                name,
                () -> ParquetRefusal.refused(
                        folder, HandMadeFile.sound().lie(change).bytes(), words));
    }

    @Test
    void theSoundFileIsRead() throws IOException {
        assertThat(ParquetRefusal.of(HandMadeFile.sound().write(folder.resolve("t.parquet"))))
                .isEmpty();
    }

    /** What is claimed up to the limit is looked for, and beyond it is not. */
    @Test
    void aPageMayClaimAsMuchAsTheLimit() throws IOException {
        int limit = 1 << 27;
        String beyond = "at most " + limit + " are read";
        assertThat(ParquetRefusal.of(pageOf(limit, 1))).isNotEmpty().doesNotContain(beyond);
        assertThat(ParquetRefusal.of(pageOf(1, limit))).isNotEmpty().doesNotContain(beyond);
        assertThat(ParquetRefusal.of(pageOf(limit + 1, 1))).contains(beyond);
        assertThat(ParquetRefusal.of(pageOf(1, limit + 1))).contains(beyond);
    }

    private Path pageOf(int compressed, int uncompressed) throws IOException {
        return HandMadeFile.sound()
                .lie(file -> file.page.setCompressed_page_size(compressed))
                .lie(file -> file.page.setUncompressed_page_size(uncompressed))
                .write(folder.resolve("t.parquet"));
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
            HandMadeFile file = HandMadeFile.sound();
            file.data().setEncoding(Encoding.DELTA_LENGTH_BYTE_ARRAY);
            ParquetRefusal.refused(
                    folder,
                    file.lie(lying -> content(lying, ParquetRefusal.bytes(head)))
                            .bytes(),
                    "damaged");
            file.data().setEncoding(Encoding.DELTA_BYTE_ARRAY);
            ParquetRefusal.refused(folder, file.bytes(), "damaged");
        }
    }

    @Test
    void runsThatLieAreRefused() throws IOException {
        // Levels of a page whose values may be missing: packed runs and runs of one value, of far too many.
        for (String runs : List.of("FF FF FF FF 0F", "FE FF FF FF 0F", "00 01", "FF FF FF FF FF 0F", "03", "80")) {
            HandMadeFile file = HandMadeFile.sound();
            file.metadata.getSchema().get(1).setRepetition_type(FieldRepetitionType.OPTIONAL);
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(HandMadeFile.littleEndian(ParquetRefusal.bytes(runs).length));
            content.writeBytes(ParquetRefusal.bytes(runs));
            ParquetRefusal.refused(
                    folder,
                    file.lie(lying -> content(lying, content.toByteArray())).bytes(),
                    "damaged");
        }
    }

    private static void content(HandMadeFile file, byte[] content) {
        file.content = content;
        file.page.setCompressed_page_size(content.length);
        file.page.setUncompressed_page_size(content.length);
    }
}
