package org.narrowbert.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * What the end of a Parquet file tells of it.
 *
 * @param columns at the top of the schema
 * @param classLabels names of the classes that whole numbers stand for
 * @param rowGroups in the file's order
 * @param rows of all row groups
 * @param begin where in the file it begins, and the data end
 */
record Footer(List<Column> columns, ClassLabels classLabels, List<RowGroup> rowGroups, long rows, long begin) {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED = "PARE";

    /** Bytes after the footer: its length and a magic word. */
    private static final int TAIL = 8;

    /** A longer footer tells of more row groups and columns than any corpus has. */
    private static final int MOST_BYTES = 1 << 26;

    /** Refuses a column whose compression is not read here before any of it is; what else may be wrong with it is found when it is. */
    void requireKnownCompression(Column column) throws Damage {
        for (RowGroup group : rowGroups) {
            List<ColumnChunk> chunks = group.getColumns();
            if (chunks != null && column.leaf() < chunks.size()) {
                ColumnMetaData data = chunks.get(column.leaf()).getMeta_data();
                if (data != null && data.getCodec() != null) {
                    PageCompression.of(data.getCodec());
                }
            }
        }
    }

    /**
     * Reads the footer of an open file.
     *
     * @throws Damage when the file is no Parquet file, or its footer is not whole
     */
    static Footer read(FileChannel channel) throws IOException, Damage {
        long size = channel.size();
        Damage.unless(
                size >= MAGIC.length()
                        && word(bytes(channel, 0, MAGIC.length())).equals(MAGIC),
                "it does not begin with PAR1, as Parquet files do");
        Damage.unless(
                size >= MAGIC.length() + TAIL, "it ends after " + size + " bytes: it was cut off, get the whole file");
        ByteBuffer tail = bytes(channel, size - TAIL, TAIL);
        int length = tail.getInt();
        String last = word(tail);
        Damage.unless(!last.equals(ENCRYPTED), "its footer is encrypted: decrypt the file first");
        Damage.unless(
                last.equals(MAGIC),
                "it does not end with PAR1, as Parquet files do: it was cut off, get the whole file");
        Damage.unless(
                length > 0 && length <= size - TAIL - MAGIC.length(),
                "its footer claims to have " + Integer.toUnsignedLong(length) + " bytes, but the file has " + size);
        Damage.unless(
                length <= MOST_BYTES, "its footer has " + length + " bytes, and at most " + MOST_BYTES + " are read");
        long begin = size - TAIL - length;
        return of(metadata(bytes(channel, begin, length).array()), begin);
    }

    private static Footer of(FileMetaData metadata, long begin) throws Damage {
        Damage.unless(!metadata.isSetEncryption_algorithm(), "it is encrypted: decrypt it first");
        List<RowGroup> groups = Damage.present(metadata.getRow_groups(), "row groups");
        long rows = 0;
        for (RowGroup group : groups) {
            Damage.unless(
                    group.getNum_rows() >= 0 && group.getNum_rows() <= Long.MAX_VALUE - rows,
                    "a row group claims to have " + group.getNum_rows() + " rows");
            rows += group.getNum_rows();
        }
        return new Footer(
                Column.of(Damage.present(metadata.getSchema(), "schema")),
                ClassLabels.of(metadata.getKey_value_metadata()),
                groups,
                rows,
                begin);
    }

    private static FileMetaData metadata(byte[] bytes) throws Damage {
        FileMetaData metadata = new FileMetaData();
        BoundedProtocol.read(new ByteArrayInputStream(bytes), bytes.length, metadata);
        return metadata;
    }

    private static ByteBuffer bytes(FileChannel channel, long begin, int count) throws IOException {
        byte[] bytes = new FileRegion(channel, begin, begin + count).bytes(count);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String word(ByteBuffer bytes) {
        byte[] word = new byte[MAGIC.length()];
        bytes.get(word);
        return new String(word, StandardCharsets.ISO_8859_1);
    }
}
