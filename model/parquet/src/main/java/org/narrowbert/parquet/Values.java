package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesReader;
import org.apache.parquet.column.values.plain.BinaryPlainValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.format.Encoding;

/** The values of a page that are there, in their order: texts, or numbers as little-endian bytes. */
interface Values {
    /** Bytes before each plain value, which tell its length. */
    int LENGTH_BYTES = Integer.BYTES;

    /** The next one. The library tells of damage by runtime exceptions of several kinds. */
    ByteBuffer next() throws IOException;

    /**
     * The values of a data page.
     *
     * @param dictionary of the column, empty where it has none
     */
    static Values of(Page page, List<ByteBuffer> dictionary, ValueKind kind) throws IOException, Damage {
        return switch (page.encoding()) {
            case PLAIN -> plain(page, kind);
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> ofDictionary(page, dictionary);
            case DELTA_LENGTH_BYTE_ARRAY -> {
                refuseUnless(kind == ValueKind.TEXT, page, kind);
                yield delta(ByteBufferInputStream.wrap(page.values()), page.count());
            }
            case DELTA_BYTE_ARRAY -> {
                refuseUnless(kind == ValueKind.TEXT, page, kind);
                yield prefixed(page);
            }
            case DELTA_BINARY_PACKED -> {
                refuseUnless(kind.whole(), page, kind);
                yield FixedValues.delta(page, kind);
            }
            case RLE -> {
                refuseUnless(kind == ValueKind.BOOLEAN, page, kind);
                yield FixedValues.truthsInRuns(page);
            }
            case BIT_PACKED, BYTE_STREAM_SPLIT -> {
                refuseUnless(false, page, kind);
                throw new AssertionError(page);
            }
        };
    }

    private static void refuseUnless(boolean holds, Page page, ValueKind kind) throws Damage {
        Damage.unless(
                holds,
                "a page of " + (kind == ValueKind.TEXT ? "text" : kind.toString()) + " is encoded as "
                        + page.encoding());
    }

    /** The values of a dictionary, by their numbers. */
    static List<ByteBuffer> dictionary(Page page, ValueKind kind) throws IOException, Damage {
        Damage.unless(
                page.encoding() == Encoding.PLAIN || page.encoding() == Encoding.PLAIN_DICTIONARY,
                "a dictionary is encoded as " + page.encoding());
        int least = kind.width() == 0 ? LENGTH_BYTES : kind.width();
        Damage.unless(
                page.count() >= 0 && page.count() <= page.values().remaining() / least,
                "a dictionary of " + page.values().remaining() + " bytes claims to have " + page.count() + " values");
        Values values = plain(page, kind);
        List<ByteBuffer> dictionary = new ArrayList<>(page.count());
        for (int i = 0; i < page.count(); i++) {
            dictionary.add(values.next());
        }
        return dictionary;
    }

    private static Values plain(Page page, ValueKind kind) throws IOException {
        if (kind == ValueKind.BOOLEAN) {
            return FixedValues.truths(page);
        }
        if (kind.width() > 0) {
            return FixedValues.plain(page, kind);
        }
        ValuesReader reader = new BinaryPlainValuesReader();
        reader.initFromPage(page.count(), ByteBufferInputStream.wrap(page.values()));
        return () -> reader.readBytes().toByteBuffer();
    }

    private static Values ofDictionary(Page page, List<ByteBuffer> dictionary) throws Damage {
        ByteBuffer bytes = page.values();
        if (!bytes.hasRemaining()) {
            // All values are missing, and nothing may be asked for.
            return () -> dictionary.get(0);
        }
        int bits = bytes.get();
        RunLengthBitPackingHybridDecoder numbers = Runs.numbers(bytes.slice(), bits, page.count());
        return () -> dictionary.get(numbers.readInt()).duplicate();
    }

    private static Values delta(ByteBufferInputStream bytes, int count) throws IOException, Damage {
        DeltaHead.check(bytes, count);
        ValuesReader reader = new DeltaLengthByteArrayValuesReader();
        reader.initFromPage(count, bytes);
        return () -> reader.readBytes().toByteBuffer();
    }

    /** Each value after the first begins with a part of the one before. */
    private static Values prefixed(Page page) throws IOException, Damage {
        ByteBufferInputStream bytes = ByteBufferInputStream.wrap(page.values());
        DeltaHead.check(bytes, page.count());
        ValuesReader prefixes = new DeltaBinaryPackingValuesReader();
        prefixes.initFromPage(page.count(), bytes);
        return new Prefixed(prefixes, delta(bytes, page.count()));
    }
}
