package org.narrowbert.parquet;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;

/** How the pages of a column are compressed, by decompressors written in Java: nothing native is unpacked or loaded. */
enum PageCompression {
    NONE,
    SNAPPY,
    GZIP,
    ZSTD,
    LZ4;

    /** Up to this size the memory is set aside whatever a page is made of. */
    private static final int SMALL = 1 << 24;

    /** No text of a page beyond that size is compressed more than this. */
    private static final int BEST_RATIO = 256;

    /** The compression that a file names. */
    static PageCompression of(CompressionCodec codec) throws Damage {
        return switch (codec) {
            case UNCOMPRESSED -> NONE;
            case SNAPPY -> SNAPPY;
            case GZIP -> GZIP;
            case ZSTD -> ZSTD;
            case LZ4_RAW -> LZ4;
            case LZO, BROTLI, LZ4 ->
                throw new Damage("it is compressed by " + codec
                        + ", which is not read here: write it again with zstd, gzip or snappy");
        };
    }

    /**
     * Decompresses a page.
     *
     * @param size bytes that it is said to have then
     * @throws Damage when it has another size, or cannot be decompressed
     */
    byte[] decompress(byte[] page, int size) throws IOException, Damage {
        if (this == NONE) {
            Damage.unless(size == page.length, "a page of " + page.length + " bytes claims to have " + size);
            return page;
        }
        Damage.unless(
                size <= SMALL || size / BEST_RATIO <= page.length,
                "a page of " + page.length + " bytes claims to have " + size + " when decompressed");
        byte[] bytes = new byte[size];
        int written;
        try {
            written = switch (this) {
                case NONE -> size;
                case SNAPPY -> new SnappyJavaDecompressor().decompress(page, 0, page.length, bytes, 0, size);
                case GZIP -> gunzip(page, bytes);
                case ZSTD -> new ZstdJavaDecompressor().decompress(page, 0, page.length, bytes, 0, size);
                case LZ4 -> new Lz4JavaDecompressor().decompress(page, 0, page.length, bytes, 0, size);
            };
        } catch (RuntimeException error) {
            // The decompressors check their input, and tell of damage by exceptions of several kinds.
            throw new Damage("a page cannot be decompressed as " + this + ": " + error.getMessage());
        }
        Damage.unless(written == size, "a page has " + written + " bytes when decompressed where it claims " + size);
        return bytes;
    }

    private static int gunzip(byte[] page, byte[] into) throws IOException, Damage {
        try (InputStream bytes = new GZIPInputStream(new ByteArrayInputStream(page))) {
            int read = bytes.readNBytes(into, 0, into.length);
            Damage.unless(bytes.read() < 0, "a page has more bytes when decompressed than it claims, " + into.length);
            return read;
        }
    }
}
