package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.column.values.ValuesReader;

/** Values made of a part of the one before and an end of their own. */
final class Prefixed implements Values {
    private final ValuesReader prefixLengths;
    private final Values suffixes;
    private byte[] last = {};

    Prefixed(ValuesReader prefixLengths, Values suffixes) {
        this.prefixLengths = prefixLengths;
        this.suffixes = suffixes;
    }

    @Override
    public ByteBuffer next() throws IOException {
        int prefix = prefixLengths.readInteger();
        ByteBuffer suffix = suffixes.next();
        if (prefix < 0 || prefix > last.length) {
            throw new IOException("a value begins with " + prefix + " bytes of one that has " + last.length);
        }
        byte[] value = new byte[prefix + suffix.remaining()];
        System.arraycopy(last, 0, value, 0, prefix);
        suffix.get(value, prefix, suffix.remaining());
        last = value;
        return ByteBuffer.wrap(value);
    }
}
