package org.narrowbert.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of a file from one place up to another, read ahead in pieces. */
final class FileRegion extends InputStream {
    private static final int PIECE = 1 << 16;

    private final FileChannel channel;
    private final long end;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE).limit(0);

    /** Where in the file the next piece begins. */
    private long next;

    /**
     * A look at a file that the caller keeps open.
     *
     * @param begin the first byte
     * @param end the byte after the last
     */
    FileRegion(FileChannel channel, long begin, long end) {
        this.channel = channel;
        this.next = begin;
        this.end = end;
    }

    /** Where in the file the next byte is. */
    long position() {
        return next - piece.remaining();
    }

    /** Bytes that are left. */
    long remaining() {
        return end - position();
    }

    /** The next so many bytes, of which there must be enough: nothing is set aside for bytes that are not there. */
    byte[] bytes(int count) throws IOException {
        if (count < 0 || count > remaining()) {
            throw new EOFException(count + " bytes are announced where " + remaining() + " are left");
        }
        byte[] bytes = new byte[count];
        if (readNBytes(bytes, 0, count) < count) {
            throw new EOFException("the file became shorter while it was read");
        }
        return bytes;
    }

    @Override
    public int read() throws IOException {
        return fill() ? piece.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int at, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int read = Math.min(count, piece.remaining());
        piece.get(into, at, read);
        return read;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, remaining());
    }

    /** Makes sure that there is a byte; whether there is one. */
    private boolean fill() throws IOException {
        if (!piece.hasRemaining() && next < end) {
            piece.clear().limit((int) Math.min(PIECE, end - next));
            int read = Math.max(0, channel.read(piece, next));
            piece.flip();
            next += read;
        }
        return piece.hasRemaining();
    }
}
