package org.narrowbert.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.api.Binary;

/** A Parquet file of one page, made piece by piece so that each piece can lie. */
final class HandMadeFile {
    final FileMetaData metadata;
    final PageHeader page;
    byte[] content;

    private HandMadeFile(PageHeader page, byte[] content, int rows) {
        this.page = page;
        this.content = content;
        ColumnMetaData column = new ColumnMetaData(
                Type.BYTE_ARRAY,
                List.of(Encoding.PLAIN),
                List.of("text"),
                CompressionCodec.UNCOMPRESSED,
                rows,
                content.length,
                content.length,
                4);
        ColumnChunk chunk = new ColumnChunk(4);
        chunk.setMeta_data(column);
        SchemaElement root = new SchemaElement("schema");
        root.setNum_children(1);
        SchemaElement text = new SchemaElement("text");
        text.setType(Type.BYTE_ARRAY);
        text.setRepetition_type(FieldRepetitionType.REQUIRED);
        metadata = new FileMetaData(
                1,
                new ArrayList<>(List.of(root, text)),
                rows,
                new ArrayList<>(List.of(new RowGroup(new ArrayList<>(List.of(chunk)), content.length, rows))));
    }

    private static HandMadeFile of(byte[] content, Encoding encoding, int rows) {
        PageHeader page = new PageHeader(PageType.DATA_PAGE, content.length, content.length);
        page.setData_page_header(new DataPageHeader(rows, encoding, Encoding.RLE, Encoding.RLE));
        return new HandMadeFile(page, content, rows);
    }

    /** A file that tells the truth. */
    static HandMadeFile sound() {
        return of("a first text", "a second one", "and a third");
    }

    /** A sound file of plain texts. */
    static HandMadeFile of(String... texts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            content.writeBytes(littleEndian(bytes.length));
            content.writeBytes(bytes);
        }
        return of(content.toByteArray(), Encoding.PLAIN, texts.length);
    }

    /** A sound file of texts whose lengths stand before them, by their differences. */
    static HandMadeFile deltaLengths(List<String> texts) throws IOException {
        try (DeltaLengthByteArrayValuesWriter writer =
                new DeltaLengthByteArrayValuesWriter(1 << 10, 1 << 20, HeapByteBufferAllocator.getInstance())) {
            texts.forEach(text -> writer.writeBytes(Binary.fromString(text)));
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            writer.getBytes().writeAllTo(content);
            return of(content.toByteArray(), Encoding.DELTA_LENGTH_BYTE_ARRAY, texts.size());
        }
    }

    HandMadeFile codec(CompressionCodec codec) {
        return lie(file -> file.column().setCodec(codec));
    }

    /** The file after a change that nothing else is told of. */
    HandMadeFile lie(Consumer<HandMadeFile> change) {
        change.accept(this);
        return this;
    }

    ColumnMetaData column() {
        return chunk().getMeta_data();
    }

    ColumnChunk chunk() {
        return group().getColumns().getFirst();
    }

    RowGroup group() {
        return metadata.getRow_groups().getFirst();
    }

    /** The header of a page of values. */
    DataPageHeader data() {
        return page.getData_page_header();
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(magic());
        Util.writePageHeader(page, file);
        file.writeBytes(content);
        int begin = file.size();
        Util.writeFileMetaData(metadata, file);
        file.writeBytes(littleEndian(file.size() - begin));
        file.writeBytes(magic());
        return file.toByteArray();
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    static byte[] magic() {
        return "PAR1".getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] littleEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }
}
