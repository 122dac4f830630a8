package org.narrowbert.model.data.corpus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.narrowbert.model.files.DurableOutput;

/** A new file of little-endian numbers, with a checksum of every MiB. For one thread. */
final class ChecksummedOutput implements AutoCloseable {
    private final String name;
    private final DurableOutput output;

    /** A chunk and as much more as one number may stand over its end. */
    private final ByteBuffer buffer =
            ByteBuffer.allocate(DatasetFile.CHUNK + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private int[] checksums = new int[64];
    private int chunks;
    private long bytes;

    ChecksummedOutput(Path folder, String name) {
        this.name = name;
        this.output = DurableOutput.open(folder.resolve(name));
    }

    void putByte(byte value) {
        buffer.put(value);
        writeFull();
    }

    void putShort(short value) {
        buffer.putShort(value);
        writeFull();
    }

    void putInt(int value) {
        buffer.putInt(value);
        writeFull();
    }

    void putLong(long value) {
        buffer.putLong(value);
        writeFull();
    }

    private void writeFull() {
        if (buffer.position() >= DatasetFile.CHUNK) {
            int all = buffer.position();
            write(DatasetFile.CHUNK);
            buffer.limit(all).position(DatasetFile.CHUNK);
            buffer.compact();
        }
    }

    private void write(int count) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.array(), 0, count);
        if (chunks == checksums.length) {
            checksums = Arrays.copyOf(checksums, 2 * chunks);
        }
        checksums[chunks++] = (int) crc.getValue();
        bytes += count;
        output.write(buffer.limit(count).position(0));
    }

    /** Ends the file: it is on disk under its name after that. */
    DatasetFile finish() {
        if (buffer.position() > 0) {
            write(buffer.position());
        }
        output.commit();
        return new DatasetFile(name, bytes, Arrays.copyOf(checksums, chunks));
    }

    @Override
    public void close() {
        output.close();
    }
}
