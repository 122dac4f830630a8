package org.narrowbert.model.data.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** gzip that ends where its file ends: the JDK's stream takes a damaged later member for the end of the data and says nothing. */
final class WholeGzipInput extends GZIPInputStream {
    /** What is wrong where other bytes follow. */
    static final String REST = "what follows the last whole part is not gzip";

    private static final int BUFFER = 1 << 16;
    /** Bytes of the check sum and the length that end a member. */
    private static final int TRAILER = 8;

    WholeGzipInput(InputStream compressed) throws IOException {
        super(compressed, BUFFER);
    }

    @Override
    public int read(byte[] into, int at, int count) throws IOException {
        int read = super.read(into, at, count);
        if (read < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
            throw new ZipException(REST);
        }
        return read;
    }
}
