package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.narrowbert.engine.error.RunError;

/**
 * Writes a file beside its place, forces it to disk and renames it: whenever the process or the machine stops, the file's name stands for
 * the old content or the new, never for a part.
 */
public final class DurableFile {
    /** What goes into a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it to a channel that stands at the beginning of an empty file. */
        void writeTo(FileChannel channel) throws IOException;
    }

    private DurableFile() {}

    /**
     * Writes a file whose content is at hand.
     *
     * @throws RunError when it cannot be written; what was there before is untouched
     */
    public static void write(Path file, byte[] content) {
        write(file, channel -> writeFully(channel, ByteBuffer.wrap(content)));
    }

    /**
     * Writes a file piece by piece.
     *
     * @throws RunError when it cannot be written; what was there before is untouched
     */
    public static void write(Path file, Content content) {
        Path beside = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try {
                fill(beside, content);
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException | RuntimeException error) {
                Files.deleteIfExists(beside);
                throw error;
            }
            forceFolder(folderOf(file));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    private static void fill(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    /** Writes all bytes that remain in a buffer. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Closes what a file was written through.
     *
     * @throws RunError when what was written may not have reached it
     */
    public static void close(FileChannel channel, Path file) {
        try {
            channel.close();
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** The folder a file is in. */
    public static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }

    /** Forces a folder's entries to disk, so that a rename survives a power failure. */
    static void forceFolder(Path folder) throws IOException {
        // Windows opens no folder as a file; its file system journals renames by itself.
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
