package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;

/**
 * The right of one process to write to a folder: a file in it that the operating system locks, and lets go of when the process ends, however
 * it ends. The file stays, and tells by itself nothing; it holds the number of the process that locked it last, for people.
 */
public final class FolderLock implements AutoCloseable {
    /** The file's name. */
    public static final String FILE = ".narrowbert.lock";

    /** The byte that is locked lies past the content, which others can therefore read where locks forbid that (Windows). */
    private static final long PLACE = Long.MAX_VALUE - 1;

    private static final int MOST_DIGITS = 20;

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the right to write to a folder.
     *
     * @param folder which exists
     * @param notices told in a sentence where the file system has no locks, as some that lie on other machines: nothing is refused there
     * @throws RunError when another process has it, or this one already; when the lock's file cannot be written
     */
    public static FolderLock open(Path folder, Consumer<String> notices) {
        Path file = folder.resolve(FILE);
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (!isLocked(channel, folder, notices)) {
                try (channel) {
                    throw taken(folder, channel);
                }
            }
            return named(new FolderLock(file, channel));
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    private static boolean isLocked(FileChannel channel, Path folder, Consumer<String> notices) throws IOException {
        try {
            return channel.tryLock(PLACE, 1, false) != null;
        } catch (OverlappingFileLockException _) {
            // The channel is left open: under POSIX, to close it would end the lock that this very process holds
            // through another.
            throw taken(folder, channel);
        } catch (IOException unsupported) {
            notices.accept("the file system of " + folder + " has no locks (" + unsupported.getMessage()
                    + "): nothing keeps a second run from writing to it");
            return true;
        }
    }

    private static RunError taken(Path folder, FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MOST_DIGITS);
        channel.read(content, 0);
        String process = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
        return new RunError("another run is writing to the folder " + folder
                + (process.matches("\\d+") ? ", process " + process : "")
                + ": wait until it ends, stop it, or name another folder");
    }

    private static FolderLock named(FolderLock lock) throws IOException {
        try {
            lock.channel.truncate(0);
            DurableFile.writeFully(
                    lock.channel,
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return lock;
        } catch (IOException error) {
            lock.channel.close();
            throw error;
        }
    }

    /**
     * Makes sure that the folder is still where it was.
     *
     * @throws RunError when it was moved or deleted
     */
    public void requireInPlace() {
        if (Files.notExists(file)) {
            throw new RunError("the folder " + DurableFile.folderOf(file)
                    + " was moved or deleted while a run wrote to it: " + FILE + " is not there any more");
        }
    }

    /** Gives the right back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }
}
