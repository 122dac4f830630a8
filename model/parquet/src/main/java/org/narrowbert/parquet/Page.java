package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.jspecify.annotations.Nullable;

/**
 * A page of a column, decompressed.
 *
 * @param kind what it holds
 * @param count of its values, missing ones included
 * @param encoding of the values
 * @param repetitions which values go on with the list before, by Parquet's hybrid of runs and packed bits; empty where there are no lists
 * @param definitions which values are there, the same way; empty where all are
 * @param values those that are there, as the encoding has them
 */
record Page(
        Kind kind, int count, Encoding encoding, ByteBuffer repetitions, ByteBuffer definitions, ByteBuffer values) {
    /** What a page holds. */
    enum Kind {
        DICTIONARY,
        DATA,
        /** Something that is not read here. */
        OTHER
    }

    private static final int MOST_HEADER_BYTES = 1 << 24;
    private static final int MOST_BYTES = 1 << 27;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /**
     * Reads the next page of a column.
     *
     * @param levels of the column's values
     */
    static Page read(FileRegion region, PageCompression compression, Levels levels) throws IOException, Damage {
        PageHeader header = new PageHeader();
        BoundedProtocol.read(region, (int) Math.min(MOST_HEADER_BYTES, region.remaining()), header);
        int size = header.getUncompressed_page_size();
        Damage.unless(
                size >= 0 && size <= MOST_BYTES && header.getCompressed_page_size() <= MOST_BYTES,
                "a page claims to have " + header.getCompressed_page_size() + " bytes, " + size
                        + " when decompressed: at most " + MOST_BYTES + " are read");
        byte[] bytes = region.bytes(header.getCompressed_page_size());
        if (header.isSetCrc()) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            Damage.unless((int) sum.getValue() == header.getCrc(), "a page was changed: its checksum is another");
        }
        return switch (Damage.present(header.getType(), "kind of a page")) {
            case DICTIONARY_PAGE -> {
                var dictionary = Damage.present(header.getDictionary_page_header(), "header of a dictionary");
                ByteBuffer values = ByteBuffer.wrap(compression.decompress(bytes, size));
                Encoding encoding = Damage.present(dictionary.getEncoding(), "encoding");
                yield new Page(Kind.DICTIONARY, dictionary.getNum_values(), encoding, NOTHING, NOTHING, values);
            }
            case DATA_PAGE -> {
                var data = Damage.present(header.getData_page_header(), "header of a page");
                yield first(data, ByteBuffer.wrap(compression.decompress(bytes, size)), levels);
            }
            case DATA_PAGE_V2 -> {
                var data = Damage.present(header.getData_page_header_v2(), "header of a page");
                yield second(data, ByteBuffer.wrap(bytes), size, compression);
            }
            case INDEX_PAGE -> new Page(Kind.OTHER, 0, Encoding.PLAIN, NOTHING, NOTHING, NOTHING);
        };
    }

    /** A page of the format's first version: its levels begin with their length and are compressed with it. */
    private static Page first(DataPageHeader header, ByteBuffer content, Levels levels) throws Damage {
        ByteBuffer repetitions =
                levels.repetition() > 0 ? counted(content, header.getRepetition_level_encoding()) : NOTHING;
        ByteBuffer definitions =
                levels.definition() > 0 ? counted(content, header.getDefinition_level_encoding()) : NOTHING;
        Encoding encoding = Damage.present(header.getEncoding(), "encoding");
        return data(header.getNum_values(), encoding, repetitions, definitions, content);
    }

    /** Levels that begin with their length. */
    private static ByteBuffer counted(ByteBuffer content, @Nullable Encoding encoding) throws Damage {
        Damage.unless(encoding == Encoding.RLE, "its levels are encoded as " + encoding + ", which is not read here");
        Damage.unless(content.remaining() >= Integer.BYTES, "a page is too short for its levels");
        return part(content, Integer.reverseBytes(content.getInt()));
    }

    /** A page of the second version: its levels stand before what is compressed. */
    private static Page second(DataPageHeaderV2 header, ByteBuffer content, int size, PageCompression compression)
            throws IOException, Damage {
        ByteBuffer repetitions = part(content, header.getRepetition_levels_byte_length());
        ByteBuffer definitions = part(content, header.getDefinition_levels_byte_length());
        ByteBuffer values = content.slice();
        boolean compressed = !header.isSetIs_compressed() || header.isIs_compressed();
        if (compressed && values.hasRemaining()) {
            byte[] bytes = new byte[values.remaining()];
            values.get(bytes);
            values = ByteBuffer.wrap(compression.decompress(bytes, size - content.position()));
        }
        Encoding encoding = Damage.present(header.getEncoding(), "encoding");
        return data(header.getNum_values(), encoding, repetitions, definitions, values);
    }

    private static Page data(
            int count, Encoding encoding, ByteBuffer repetitions, ByteBuffer definitions, ByteBuffer values)
            throws Damage {
        Damage.unless(count >= 0, "a page claims to have " + count + " values");
        return new Page(Kind.DATA, count, encoding, repetitions, definitions, values.slice());
    }

    private static ByteBuffer part(ByteBuffer content, int length) throws Damage {
        Damage.unless(
                length >= 0 && length <= content.remaining(),
                "a page of " + content.remaining() + " bytes claims levels of " + length);
        ByteBuffer part = content.slice(content.position(), length);
        content.position(content.position() + length);
        return part;
    }
}
