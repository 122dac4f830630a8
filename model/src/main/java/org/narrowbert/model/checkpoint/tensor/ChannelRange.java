package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** A range of a file as a stream; it ends early when the file does. Closing it leaves the channel open. */
final class ChannelRange extends InputStream {
    private final FileChannel channel;
    private long position;
    private final long end;

    ChannelRange(FileChannel channel, long start, long length) {
        this.channel = channel;
        this.position = start;
        this.end = start + length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (position >= end || length == 0) {
            return length == 0 ? 0 : -1;
        }
        int read = channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, end - position)), position);
        position += Math.max(read, 0);
        return read;
    }
}
