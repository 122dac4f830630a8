package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /**
     * The folders that this process has locked. The operating system's locks belong to the process: under POSIX, to close any channel to a
     * locked file ends the lock, so that a second one must never be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Path held;
    private final FileChannel channel;

    private FolderLock(Path file, Path held, FileChannel channel) {
        this.file = file;
        this.held = held;
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
            Path held = folder.toRealPath();
            if (!HELD.add(held)) {
                throw taken(folder, Long.toString(ProcessHandle.current().pid()));
            }
            try {
                return locked(file, held, notices);
            } catch (IOException | RuntimeException error) {
                HELD.remove(held);
                throw error;
            }
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /**
     * Makes sure that no process has the right to write to a folder now. That changes nothing; only {@link #open} keeps others out from then on.
     *
     * @throws RunError when one has it, which it names
     */
    public static void requireFree(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isWritable(file)) {
            // Nobody ever had it, or nobody can tell.
            return;
        }
        try {
            Path held = folder.toRealPath();
            if (!HELD.add(held)) {
                throw taken(folder, Long.toString(ProcessHandle.current().pid()));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                if (!isLocked(channel, folder, unsupported -> {})) {
                    throw taken(folder, process(channel));
                }
            } finally {
                HELD.remove(held);
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    private static FolderLock locked(Path file, Path held, Consumer<String> notices) throws IOException {
        Path folder = DurableFile.folderOf(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (!isLocked(channel, folder, notices)) {
                throw taken(folder, process(channel));
            }
            FolderLock lock = named(new FolderLock(file, held, channel));
            // Whoever had it before may have removed its folder in between.
            lock.requireInPlace();
            return lock;
        } catch (IOException | RuntimeException error) {
            channel.close();
            throw error;
        }
    }

    private static boolean isLocked(FileChannel channel, Path folder, Consumer<String> notices) throws IOException {
        try {
            return channel.tryLock(PLACE, 1, false) != null;
        } catch (IOException unsupported) {
            notices.accept("the file system of " + folder + " has no locks (" + unsupported.getMessage()
                    + "): nothing keeps a second run from writing to it");
            return true;
        }
    }

    /** The number of the process that has it, or something else if its file was changed. */
    private static String process(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MOST_DIGITS);
        channel.read(content, 0);
        return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
    }

    private static RunError taken(Path folder, String process) {
        return new RunError("another run is writing to the folder " + folder
                + (process.matches("\\d+") ? ", process " + process : "")
                + ": wait until it ends, stop it, or name another folder");
    }

    private static FolderLock named(FolderLock lock) throws IOException {
        lock.channel.truncate(0);
        DurableFile.writeFully(
                lock.channel,
                ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
        return lock;
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

    /** Removes the file, as long as nobody else can have the right; what is left is to close this. */
    public void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Gives the right back. */
    @Override
    public void close() {
        try {
            DurableFile.close(channel, file);
        } finally {
            HELD.remove(held);
        }
    }
}
