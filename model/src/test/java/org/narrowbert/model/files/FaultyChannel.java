package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file's channel whose writes and forces are counted, and fail or tear. */
final class FaultyChannel extends FileChannel {
    private final FileChannel real;
    private final FaultyFiles faults;
    private final String file;

    FaultyChannel(FileChannel real, FaultyFiles faults, String file) {
        this.real = real;
        this.faults = faults;
        this.file = file;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int most = faults.write(source.remaining(), file);
        boolean fails = faults.isFailing();
        ByteBuffer part = source.slice(source.position(), most);
        int written = real.write(part);
        source.position(source.position() + written);
        if (fails) {
            throw faults.failure(file);
        }
        return written;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) throws IOException {
        faults.call(file);
        real.force(metaData);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        faults.call(file);
        real.truncate(size);
        return this;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return real.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
        int read = real.read(bytes, position);
        bytes.flip();
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
        return Math.max(0, read);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    /** As where a file system lies on another machine and knows no locks. */
    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        throw new IOException("Function not implemented");
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
