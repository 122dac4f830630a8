package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferInputStream;

/**
 * The head of numbers that are encoded by their differences: values of a block, parts of a block, values in all, the first value. Checked
 * before the decoder reads it, which sets memory aside for all values at once.
 */
final class DeltaHead {
    private static final int MOST_VALUES = 1 << 22;
    private static final int LARGEST_BLOCK = 1 << 16;
    private static final int PART_UNIT = 8;
    private static final int LONGEST = 32;

    private DeltaHead() {}

    /**
     * Refuses a head that cannot be; the bytes stay where they are.
     *
     * @param most values that there can be
     */
    static void check(ByteBufferInputStream bytes, int most) throws IOException, Damage {
        ByteBuffer head = ByteBuffer.wrap(new byte[Math.min(LONGEST, bytes.available())]);
        bytes.mark(LONGEST);
        head.limit(bytes.readNBytes(head.array(), 0, head.capacity()));
        bytes.reset();
        long block = Runs.variable(head);
        long parts = Runs.variable(head);
        long values = Runs.variable(head);
        Damage.unless(
                block > 0
                        && block <= LARGEST_BLOCK
                        && parts > 0
                        && block % parts == 0
                        && block / parts % PART_UNIT == 0,
                "a page claims to have blocks of " + block + " lengths in " + parts + " parts");
        Damage.unless(
                values <= most && values <= MOST_VALUES,
                "a page of " + most + " values claims to have " + values + " lengths, and at most " + MOST_VALUES
                        + " are read");
    }
}
