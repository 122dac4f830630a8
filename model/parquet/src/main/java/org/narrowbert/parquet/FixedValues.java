package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;

/** Numbers and truth values of a page, each as little-endian bytes. */
final class FixedValues {
    private FixedValues() {}

    /** Numbers end to end. */
    static Values plain(Page page, ValueKind kind) {
        ByteBuffer bytes = page.values().duplicate();
        return () -> {
            if (bytes.remaining() < kind.width()) {
                throw new IOException("a page ends within its numbers");
            }
            ByteBuffer value = bytes.slice(bytes.position(), kind.width());
            bytes.position(bytes.position() + kind.width());
            return value;
        };
    }

    /** Whole numbers by their differences. */
    static Values delta(Page page, ValueKind kind) throws IOException, Damage {
        ByteBufferInputStream bytes = ByteBufferInputStream.wrap(page.values());
        DeltaHead.check(bytes, page.count());
        DeltaBinaryPackingValuesReader reader = new DeltaBinaryPackingValuesReader();
        reader.initFromPage(page.count(), bytes);
        return () -> {
            ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            value.putLong(0, reader.readLong());
            return value.limit(kind.width());
        };
    }

    /** Truth values of a bit each, the lowest first. */
    static Values truths(Page page) {
        ByteBuffer bytes = page.values();
        return new Values() {
            private int next;

            @Override
            public ByteBuffer next() throws IOException {
                if (next / Byte.SIZE >= bytes.remaining()) {
                    throw new IOException("a page ends within its truth values");
                }
                int bit = bytes.get(bytes.position() + next / Byte.SIZE) >> next % Byte.SIZE & 1;
                next++;
                return one(bit);
            }
        };
    }

    /** Truth values in runs, after the length of these. */
    static Values truthsInRuns(Page page) throws Damage {
        ByteBuffer bytes = page.values().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Damage.unless(bytes.remaining() >= Integer.BYTES, "a page is too short for its truth values");
        int length = bytes.getInt();
        Damage.unless(
                length >= 0 && length <= bytes.remaining(),
                "a page of " + bytes.remaining() + " bytes claims truth values of " + length);
        RunLengthBitPackingHybridDecoder bits = Runs.numbers(bytes.slice(bytes.position(), length), 1, page.count());
        return () -> one(bits.readInt());
    }

    private static ByteBuffer one(int truth) {
        return ByteBuffer.allocate(1).put(0, (byte) truth);
    }
}
