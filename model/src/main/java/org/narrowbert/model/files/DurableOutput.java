package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.narrowbert.engine.error.RunError;

/**
 * A file that is written bit by bit beside its place, and gets its name when it is whole: {@link DurableFile} for content that comes over
 * time. For one thread.
 */
public final class DurableOutput implements AutoCloseable {
    private final Path file;
    private final Path beside;
    private final FileChannel channel;
    private boolean committed;

    private DurableOutput(Path file, Path beside, FileChannel channel) {
        this.file = file;
        this.beside = beside;
        this.channel = channel;
    }

    /**
     * Begins a file.
     *
     * @throws RunError when it cannot be written
     */
    public static DurableOutput open(Path file) {
        Path beside = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            return new DurableOutput(
                    file,
                    beside,
                    FileChannel.open(
                            beside,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Writes all bytes that remain in a buffer. */
    public void write(ByteBuffer bytes) {
        try {
            DurableFile.writeFully(channel, bytes);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /**
     * Writes all bytes that remain in a buffer over what was written before, such as a header that tells what follows.
     *
     * @param position in the file, in bytes
     */
    public void rewrite(long position, ByteBuffer bytes) {
        try {
            for (long at = position; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Forces what was written to disk and gives the file its name; nothing is written after that. */
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            committed = true;
            DurableFile.forceFolder(DurableFile.folderOf(file));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Lets go of the file; removes what was written unless it was committed. */
    @Override
    public void close() {
        try {
            channel.close();
            if (!committed) {
                Files.deleteIfExists(beside);
            }
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }
}
