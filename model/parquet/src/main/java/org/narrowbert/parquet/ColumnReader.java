package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

/** The values of one column in one row group, a page at a time. */
final class ColumnReader {
    private final FileRegion region;
    private final PageCompression compression;
    private final boolean optional;

    /** Values that no page has told of yet. */
    private long left;

    private List<ByteBuffer> dictionary = List.of();
    private Optional<RunLengthBitPackingHybridDecoder> levels = Optional.empty();
    private Values values = () -> ByteBuffer.allocate(0);

    /** Values of the page that were not given yet. */
    private int leftOfPage;

    private ColumnReader(FileRegion region, PageCompression compression, boolean optional, long left) {
        this.region = region;
        this.compression = compression;
        this.optional = optional;
        this.left = left;
    }

    /**
     * A reader of a column in a row group.
     *
     * @param dataEnd where in the file the data end
     */
    static ColumnReader of(FileChannel channel, RowGroup group, Column column, long dataEnd) throws Damage {
        List<ColumnChunk> columns = Damage.present(group.getColumns(), "columns");
        Damage.unless(
                column.leaf() < columns.size(),
                "a row group has " + columns.size() + " columns, fewer than the schema");
        ColumnChunk chunk = columns.get(column.leaf());
        Damage.unless(!chunk.isSetFile_path(), "its data are in another file");
        Damage.unless(chunk.isSetMeta_data() && !chunk.isSetCrypto_metadata(), "it is encrypted: decrypt it first");
        ColumnMetaData data = Damage.present(chunk.getMeta_data(), "column");
        List<String> path = Damage.present(data.getPath_in_schema(), "path");
        Damage.unless(
                path.equals(List.of(column.name())),
                "the data of the column " + column.name() + " claim to be those of " + String.join(".", path));
        Damage.unless(
                data.getNum_values() == group.getNum_rows(),
                "a row group of " + group.getNum_rows() + " rows claims to have " + data.getNum_values() + " values");
        long begin = data.getData_page_offset();
        if (data.isSetDictionary_page_offset() && data.getDictionary_page_offset() > 0) {
            begin = Math.min(begin, data.getDictionary_page_offset());
        }
        Damage.unless(begin > 0 && begin < dataEnd, "a column claims to begin at byte " + begin + " of " + dataEnd);
        return new ColumnReader(
                new FileRegion(channel, begin, dataEnd),
                PageCompression.of(Damage.present(data.getCodec(), "compression")),
                column.optional(),
                data.getNum_values());
    }

    /** Whether there is another value. */
    boolean hasNext() throws IOException, Damage {
        while (leftOfPage == 0 && left > 0) {
            nextPage();
        }
        return leftOfPage > 0;
    }

    /** The next value, without bytes where it is missing. */
    ByteBuffer next() throws IOException {
        leftOfPage--;
        int level = levels.isPresent() ? levels.get().readInt() : 1;
        if (level < 0 || level > 1) {
            throw new IOException("a value is at level " + level + " of a column that has none deeper than 1");
        }
        return level == 1 ? values.next() : ByteBuffer.allocate(0);
    }

    /** Where in the file the page is that was read last. */
    long position() {
        return region.position();
    }

    private void nextPage() throws IOException, Damage {
        Damage.unless(region.remaining() > 0, "it has " + left + " values fewer than it claims");
        Page page = Page.read(region, compression, optional);
        switch (page.kind()) {
            case DICTIONARY -> dictionary = Values.dictionary(page);
            case DATA -> {
                Damage.unless(page.count() <= left, "its pages have more values than it claims");
                levels = optional ? Optional.of(Runs.levels(page.levels(), page.count())) : Optional.empty();
                values = Values.of(page, dictionary);
                leftOfPage = page.count();
                left -= page.count();
            }
            case OTHER -> {}
        }
    }
}
