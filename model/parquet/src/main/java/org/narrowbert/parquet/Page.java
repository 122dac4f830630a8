package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;

/**
 * A page of a column, decompressed.
 *
 * @param kind what it holds
 * @param count of its values, missing ones included
 * @param encoding of the values
 * @param levels which values are there, by Parquet's hybrid of runs and packed bits; empty where all are
 * @param values those that are there, as the encoding has them
 */
record Page(Kind kind, int count, Encoding encoding, ByteBuffer levels, ByteBuffer values) {
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
     * @param optional whether values may be missing
     */
    static Page read(FileRegion region, PageCompression compression, boolean optional) throws IOException, Damage {
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
                yield new Page(Kind.DICTIONARY, dictionary.getNum_values(), encoding, NOTHING, values);
            }
            case DATA_PAGE -> {
                var data = Damage.present(header.getData_page_header(), "header of a page");
                yield first(data, ByteBuffer.wrap(compression.decompress(bytes, size)), optional);
            }
            case DATA_PAGE_V2 -> {
                var data = Damage.present(header.getData_page_header_v2(), "header of a page");
                yield second(data, ByteBuffer.wrap(bytes), size, compression);
            }
            case INDEX_PAGE -> new Page(Kind.OTHER, 0, Encoding.PLAIN, NOTHING, NOTHING);
        };
    }

    /** A page of the format's first version: its levels begin with their length and are compressed with it. */
    private static Page first(DataPageHeader header, ByteBuffer content, boolean optional) throws Damage {
        ByteBuffer levels = NOTHING;
        if (optional) {
            Damage.unless(
                    header.getDefinition_level_encoding() == Encoding.RLE,
                    "its levels are encoded as " + header.getDefinition_level_encoding() + ", which is not read here");
            Damage.unless(content.remaining() >= Integer.BYTES, "a page is too short for its levels");
            int length = Integer.reverseBytes(content.getInt());
            levels = part(content, length);
        }
        return data(header.getNum_values(), Damage.present(header.getEncoding(), "encoding"), levels, content);
    }

    /** A page of the second version: its levels stand before what is compressed. */
    private static Page second(DataPageHeaderV2 header, ByteBuffer content, int size, PageCompression compression)
            throws IOException, Damage {
        part(content, header.getRepetition_levels_byte_length());
        ByteBuffer levels = part(content, header.getDefinition_levels_byte_length());
        ByteBuffer values = content.slice();
        boolean compressed = !header.isSetIs_compressed() || header.isIs_compressed();
        if (compressed && values.hasRemaining()) {
            byte[] bytes = new byte[values.remaining()];
            values.get(bytes);
            values = ByteBuffer.wrap(compression.decompress(bytes, size - content.position()));
        }
        return data(header.getNum_values(), Damage.present(header.getEncoding(), "encoding"), levels, values);
    }

    private static Page data(int count, Encoding encoding, ByteBuffer levels, ByteBuffer values) throws Damage {
        Damage.unless(count >= 0, "a page claims to have " + count + " values");
        return new Page(Kind.DATA, count, encoding, levels, values.slice());
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
