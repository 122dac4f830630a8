package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

/** Writes a folder of files beside its place and renames it, so that its name never stands for half of them. */
public final class DurableFolder {
    private DurableFolder() {}

    /** What stands beside a folder, under the hidden name {@code .NAME.KIND}. */
    private enum Kind {
        /** A folder that is being written. */
        TMP,
        /** What another folder is taking the place of. Comes back if that does not come to pass. */
        OLD,
        /** A folder that is being deleted. */
        GONE;

        Path beside(Path folder) {
            return DurableFile.folderOf(folder)
                    .resolve("." + folder.getFileName() + "." + name().toLowerCase(Locale.ROOT));
        }
    }

    private static final Pattern BESIDE = Pattern.compile("\\.(.+)\\.(?:tmp|old|gone)");

    /**
     * Writes a new folder, or one that is empty.
     *
     * @param files writes the files, each with {@link DurableFile}, into the folder it is given
     * @throws UserError when the folder exists, with something in it
     * @throws RunError when it cannot be written, or another process is writing it
     */
    public static void write(Path folder, Consumer<Path> files) {
        requireAbsentOrEmpty(folder);
        place(folder, () -> requireAbsentOrEmpty(folder), files);
    }

    /**
     * Writes a folder, in place of one that exists.
     *
     * <p>That takes two renames, since no file system call of the JDK swaps two folders: the old one is first moved to {@code .NAME.old} and deleted
     * last. Where a process was killed in between, {@link #settle} moves it back.
     *
     * @param own names that may be in a folder that is replaced: with anything else in it, which would be deleted, it is refused
     * @param files writes the files, each with {@link DurableFile}, into the folder it is given
     * @throws UserError when the folder holds something else
     * @throws RunError when it cannot be written, or another process is writing it, and what was there before is untouched; or when it was written
     *     and what was there before cannot be removed
     */
    public static void replace(Path folder, Predicate<String> own, Consumer<Path> files) {
        requireOwn(folder, own);
        place(folder, () -> requireOwn(folder, own), files);
    }

    /**
     * Writes a folder within one that this process alone may write to, in place of one that exists, whatever is in that.
     *
     * @param files writes the files, each with {@link DurableFile}, into the folder it is given
     * @throws RunError as {@link #replace(Path, Predicate, Consumer)}
     */
    public static void replace(Path folder, Consumer<Path> files) {
        settle(folder);
        write(folder, Kind.TMP.beside(folder), files);
    }

    /** Writes a folder that other processes may write too: not at the same time. */
    private static void place(Path folder, Runnable check, Consumer<Path> files) {
        Path beside = Kind.TMP.beside(folder);
        if (exists(beside)) {
            FolderLock.requireFree(beside);
        }
        settle(folder);
        check.run();
        write(folder, beside, into -> {
            try (FolderLock lock = FolderLock.open(into, notice -> {})) {
                files.accept(into);
                lock.remove();
            }
        });
    }

    private static void write(Path folder, Path beside, Consumer<Path> files) {
        Path old = Kind.OLD.beside(folder);
        try {
            Files.createDirectories(beside);
        } catch (IOException error) {
            throw FileProblem.making(folder, beside, error);
        }
        try {
            try {
                files.accept(beside);
                DurableFile.forceFolder(beside);
                rename(beside, folder, old);
            } catch (IOException | RuntimeException error) {
                undo(() -> delete(beside), error);
                throw error;
            }
            DurableFile.forceFolder(DurableFile.folderOf(folder));
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
        clear(old);
    }

    private static void requireAbsentOrEmpty(Path folder) {
        if (exists(folder) && !isEmpty(folder)) {
            throw new UserError("output folder " + folder + " exists; choose another or give --overwrite-output-dir");
        }
    }

    private static boolean isEmpty(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }

    private static void requireOwn(Path folder, Predicate<String> own) {
        if (!exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !own.test(name))
                    .min(Comparator.naturalOrder())
                    .ifPresent(name -> {
                        throw new UserError("output folder " + folder + " is not replaced, because that would delete "
                                + name + ", which is not of its kind: choose another folder, or move that away");
                    });
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }

    private static void rename(Path beside, Path folder, Path old) throws IOException {
        boolean replaces = exists(folder);
        if (replaces) {
            Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException error) {
            if (replaces) {
                undo(() -> Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE), error);
            }
            throw error;
        }
    }

    /** Something that undoes a part of a write. */
    @FunctionalInterface
    private interface Undoing {
        void run() throws IOException;
    }

    /** Undoes something because of an error, which stays the one that is told; {@link #settle} does what now fails. */
    private static void undo(Undoing undoing, Exception error) {
        try {
            undoing.run();
        } catch (IOException second) {
            error.addSuppressed(second);
        }
    }

    /**
     * Removes a folder with everything in it. It loses its name first, so that no one ever finds half of it under that name.
     *
     * @throws RunError when it cannot be removed
     */
    public static void remove(Path folder) {
        Path gone = Kind.GONE.beside(folder);
        clear(Kind.OLD.beside(folder));
        clear(gone);
        try {
            Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException error) {
            throw FileProblem.removing(folder, error);
        }
        clear(gone);
    }

    /**
     * Puts in order what a killed process left of a folder: one that was to be replaced gets its name back if nothing has taken it; what was
     * half written or half deleted goes. For a process that no other one writes the folder beside.
     *
     * @throws RunError when that is not possible
     */
    public static void settle(Path folder) {
        Path old = Kind.OLD.beside(folder);
        if (exists(old) && !exists(folder)) {
            try {
                Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
                DurableFile.forceFolder(DurableFile.folderOf(folder));
            } catch (IOException error) {
                throw FileProblem.writing(folder, error);
            }
        }
        for (Kind kind : Kind.values()) {
            clear(kind.beside(folder));
        }
    }

    /**
     * Settles all folders in a folder that have certain names.
     *
     * @param names which
     * @throws RunError when that is not possible
     */
    public static void settleAll(Path parent, Predicate<String> names) {
        List<Path> found;
        try (Stream<Path> entries = Files.list(parent)) {
            found = entries.map(entry -> BESIDE.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .filter(names)
                    .distinct()
                    .map(parent::resolve)
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(parent, error);
        }
        found.forEach(DurableFolder::settle);
    }

    private static boolean exists(Path folder) {
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    }

    private static void clear(Path folder) {
        try {
            delete(folder);
        } catch (IOException error) {
            throw FileProblem.removing(folder, error);
        }
    }

    /** Deletes a folder and what is in it, if it exists; links are removed, not followed. */
    private static void delete(Path folder) throws IOException {
        if (!exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException error) throws IOException {
                if (error != null) {
                    throw error;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
