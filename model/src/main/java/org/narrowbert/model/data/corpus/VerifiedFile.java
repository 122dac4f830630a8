package org.narrowbert.model.data.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/**
 * A file of prepared text that is read in any order; each MiB of it is compared with its checksum before the first byte is taken from it.
 *
 * <p>It is read and not mapped: a file that shrinks under a mapping ends the process. For one thread.
 */
final class VerifiedFile implements AutoCloseable {
    /** Looks at a part of the file that has its checksum, for what a checksum cannot tell. */
    @FunctionalInterface
    interface Check {
        /**
         * Throws if the part cannot be.
         *
         * @param part little-endian
         * @param where the file and the bytes, for the error
         */
        void check(ByteBuffer part, String where);
    }

    private final Path path;
    private final DatasetFile file;
    private final Check check;
    private final BitSet verified;
    private Optional<FileChannel> channel = Optional.empty();

    /**
     * A file that is opened when it is first read.
     *
     * @throws RunError if it is not there or has another size than it was written with
     */
    VerifiedFile(Path folder, DatasetFile file, Check check) {
        this.path = folder.resolve(file.name());
        this.file = file;
        this.check = check;
        this.verified = new BitSet(file.checksums().length);
        if (!Files.isRegularFile(path)) {
            throw new RunError(path + " is missing: prepare the text again");
        }
        long found = size();
        if (found != file.bytes()) {
            throw new RunError(path + " has " + found + " bytes, it was written with " + file.bytes()
                    + ": prepare the text again");
        }
    }

    private long size() {
        try {
            return Files.size(path);
        } catch (IOException error) {
            throw FileProblem.reading(path, error);
        }
    }

    /**
     * Reads from a place on until a buffer is full.
     *
     * @throws RunError if the file is not what was written
     */
    void read(long place, ByteBuffer into) {
        int last = (int) ((place + into.remaining() - 1) / DatasetFile.CHUNK);
        for (int chunk = (int) (place / DatasetFile.CHUNK); chunk <= last; chunk++) {
            if (!verified.get(chunk)) {
                verify(chunk);
                verified.set(chunk);
            }
        }
        fill(place, into);
    }

    private void verify(int chunk) {
        long start = (long) chunk * DatasetFile.CHUNK;
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(DatasetFile.CHUNK, file.bytes() - start));
        fill(start, part);
        CRC32C crc = new CRC32C();
        crc.update(part.flip());
        String where = path + ", bytes " + start + " to " + (start + part.limit() - 1) + ",";
        if ((int) crc.getValue() != file.checksums()[chunk]) {
            throw new RunError(where
                    + " were changed after they were written: their checksum is %08x, it was %08x"
                            .formatted((int) crc.getValue(), file.checksums()[chunk])
                    + "; prepare the text again");
        }
        check.check(part.rewind().order(ByteOrder.LITTLE_ENDIAN), where);
    }

    private void fill(long place, ByteBuffer into) {
        try {
            if (channel.isEmpty()) {
                channel = Optional.of(FileChannel.open(path, StandardOpenOption.READ));
            }
            for (long at = place; into.hasRemaining(); ) {
                int read = channel.get().read(into, at);
                if (read < 0) {
                    throw new RunError(path + " ends at byte " + at + ", it was written with " + file.bytes()
                            + ": it was changed while it was read; prepare the text again");
                }
                at += read;
            }
        } catch (IOException error) {
            throw FileProblem.reading(path, error);
        }
    }

    @Override
    public void close() {
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } catch (IOException error) {
            throw FileProblem.reading(path, error);
        }
    }
}
