package org.narrowbert.model.training.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FileProblem;

/**
 * A TFRecord file that grows: each record is its length in 8 bytes, a checksum of the length, the record, a checksum of the record, all
 * little-endian. A reader stops at a record that is not whole.
 */
final class RecordFile implements AutoCloseable {
    /** Added to a checksum after a rotation, since checksums of bytes that hold their own checksum are weak (the format's own words). */
    private static final int MASK_DELTA = 0xA282EAD8;

    private static final int FRAME_BYTES = Long.BYTES + 2 * Integer.BYTES;

    private final Path file;
    private final FileChannel channel;

    private RecordFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Begins a file.
     *
     * @throws org.narrowbert.engine.error.RunError when it exists, or cannot be written
     */
    static RecordFile create(Path file) {
        try {
            return new RecordFile(
                    file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Appends a record, and hands it to the operating system at once. */
    void append(byte[] data) {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        length.putLong(data.length).flip();
        ByteBuffer framed = ByteBuffer.allocate(FRAME_BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(data.length)
                .putInt(maskedChecksum(length))
                .put(data)
                .putInt(maskedChecksum(ByteBuffer.wrap(data)))
                .flip();
        try {
            DurableFile.writeFully(channel, framed);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    private static int maskedChecksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
    }

    @Override
    public void close() {
        DurableFile.close(channel, file);
    }
}
