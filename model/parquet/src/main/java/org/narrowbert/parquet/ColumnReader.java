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
import org.narrowbert.engine.error.Shown;

/** The values of one column in one row group, a page at a time. */
final class ColumnReader {
    private final FileRegion region;
    private final PageCompression compression;
    private final ValueKind kind;
    private final Levels levels;

    /** Values that no page has told of yet. */
    private long left;

    private List<ByteBuffer> dictionary = List.of();
    private Optional<RunLengthBitPackingHybridDecoder> repetitions = Optional.empty();
    private Optional<RunLengthBitPackingHybridDecoder> definitions = Optional.empty();
    private Values values = () -> ByteBuffer.allocate(0);

    /** Values of the page that were not given yet. */
    private int leftOfPage;

    private int repetition;
    private int definition;

    private ColumnReader(FileRegion region, PageCompression compression, Column column, long left) {
        this.region = region;
        this.compression = compression;
        this.kind = column.kind();
        this.levels = column.levels();
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
                path.equals(column.path()),
                "the data of the column " + Shown.of(column.name()) + " claim to be those of "
                        + Shown.of(String.join(".", path)));
        Damage.unless(
                column.levels().repetition() > 0
                        ? data.getNum_values() >= group.getNum_rows()
                        : data.getNum_values() == group.getNum_rows(),
                "a row group of " + group.getNum_rows() + " rows claims to have " + data.getNum_values() + " values");
        long begin = data.getData_page_offset();
        if (data.isSetDictionary_page_offset() && data.getDictionary_page_offset() > 0) {
            begin = Math.min(begin, data.getDictionary_page_offset());
        }
        Damage.unless(begin > 0 && begin < dataEnd, "a column claims to begin at byte " + begin + " of " + dataEnd);
        return new ColumnReader(
                new FileRegion(channel, begin, dataEnd),
                PageCompression.of(Damage.present(data.getCodec(), "compression")),
                column,
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
        repetition = level(repetitions, levels.repetition(), 0);
        definition = level(definitions, levels.definition(), levels.definition());
        return isMissing() ? ByteBuffer.allocate(0) : values.next();
    }

    private static int level(Optional<RunLengthBitPackingHybridDecoder> decoder, int most, int otherwise)
            throws IOException {
        int level = decoder.isPresent() ? decoder.get().readInt() : otherwise;
        if (level < 0 || level > most) {
            throw new IOException("a value is at level " + level + " of a column that has none deeper than " + most);
        }
        return level;
    }

    /** Whether the last value is missing. */
    boolean isMissing() {
        return definition < levels.definition();
    }

    /** Whether the last value goes on with the list of the one before. */
    boolean goesOn() {
        return repetition > 0;
    }

    /** At which level the last value is defined. */
    int definition() {
        return definition;
    }

    /** Where in the file the page is that was read last. */
    long position() {
        return region.position();
    }

    private void nextPage() throws IOException, Damage {
        Damage.unless(region.remaining() > 0, "it has " + left + " values fewer than it claims");
        Page page = Page.read(region, compression, levels);
        switch (page.kind()) {
            case DICTIONARY -> dictionary = Values.dictionary(page, kind);
            case DATA -> {
                Damage.unless(page.count() <= left, "its pages have more values than it claims");
                repetitions = decoder(page.repetitions(), levels.repetition(), page.count());
                definitions = decoder(page.definitions(), levels.definition(), page.count());
                values = Values.of(page, dictionary, kind);
                leftOfPage = page.count();
                left -= page.count();
            }
            case OTHER -> {}
        }
    }

    private static Optional<RunLengthBitPackingHybridDecoder> decoder(ByteBuffer runs, int most, int count)
            throws Damage {
        return most > 0 ? Optional.of(Runs.levels(runs, Levels.bits(most), count)) : Optional.empty();
    }
}
