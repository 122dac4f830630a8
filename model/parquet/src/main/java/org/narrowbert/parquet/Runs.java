package org.narrowbert.parquet;

import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;

/** Small numbers in Parquet's hybrid of runs and packed bits, checked before they are decoded: the decoder sets memory aside for what a run claims. */
final class Runs {
    /** Values of a group of packed bits. */
    private static final int GROUP = 8;

    /** The most groups of a packed run by the custom of writers, of which some leave out the last when no value is in them. */
    private static final int CUSTOMARY_GROUPS = 63;

    private static final int MOST_BITS = 32;

    /** The decoder unpacks a packed run as a whole, four bytes a value. */
    private static final int MOST_PACKED = 1 << 22;

    private Runs() {}

    /**
     * Tells how deep each value of a page lies: where nothing is nested, 1 for each that is there, 0 for each that is missing.
     *
     * @param bits of each level
     * @param count values of the page
     */
    static RunLengthBitPackingHybridDecoder levels(ByteBuffer runs, int bits, int count) throws Damage {
        return decoder(runs, bits, count, 0);
    }

    /**
     * Numbers of values in a dictionary.
     *
     * @param bits of each number
     * @param most values of the page, of which some may be missing
     */
    static RunLengthBitPackingHybridDecoder numbers(ByteBuffer runs, int bits, int most) throws Damage {
        Damage.unless(bits >= 0 && bits <= MOST_BITS, "a page has numbers of " + bits + " bits");
        return decoder(runs, bits, most, CUSTOMARY_GROUPS);
    }

    private static RunLengthBitPackingHybridDecoder decoder(ByteBuffer runs, int bits, int count, int mayMiss)
            throws Damage {
        check(runs.duplicate(), bits, count, mayMiss);
        return new RunLengthBitPackingHybridDecoder(bits, ByteBufferInputStream.wrap(runs));
    }

    private static void check(ByteBuffer runs, int bits, long count, int mayMiss) throws Damage {
        long left = count;
        while (runs.hasRemaining() && left > 0) {
            long head = variable(runs);
            long length = head >>> 1;
            Damage.unless(length > 0, "a page has a run of no values");
            if ((head & 1) == 0) {
                skip(runs, (bits + 7) / 8);
                left -= length;
            } else {
                long needed = Math.min(length, (left + GROUP - 1) / GROUP) - mayMiss;
                Damage.unless(
                        length * GROUP <= Math.min(MOST_PACKED, left + (CUSTOMARY_GROUPS + 1) * GROUP)
                                && needed * bits <= runs.remaining(),
                        "a page claims to have a run of " + GROUP * length + " values");
                skip(runs, (int) Math.min(runs.remaining(), length * bits));
                left -= GROUP * length;
            }
        }
    }

    /** An unsigned number of at most 32 bits, seven bits a byte, the lowest first. */
    static long variable(ByteBuffer bytes) throws Damage {
        long number = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            Damage.unless(bytes.hasRemaining(), "a page ends within a number");
            byte part = bytes.get();
            number |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                Damage.unless(number <= 0xFFFF_FFFFL, "a page has a number that is too large");
                return number;
            }
        }
        throw new Damage("a page has a number that is too long");
    }

    private static void skip(ByteBuffer bytes, int count) throws Damage {
        Damage.unless(count <= bytes.remaining(), "a page ends within a run");
        bytes.position(bytes.position() + count);
    }
}
