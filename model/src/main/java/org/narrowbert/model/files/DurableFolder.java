package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

/** Writes a folder of files beside its place and renames it, so that its name never stands for half of them. */
public final class DurableFolder {
    private DurableFolder() {}

    /**
     * Writes a folder.
     *
     * <p>Replacing a folder takes two renames, since no file system call of the JDK swaps two folders: the old one is first moved to
     * {@code .NAME.old} and deleted last. A process killed in between leaves it there.
     *
     * @param overwrite whether an existing folder is replaced, with everything in it
     * @param files writes the files, each with {@link DurableFile}, into the folder it is given
     * @throws UserError when the folder exists and may not be replaced
     * @throws RunError when it cannot be written; what was there before is untouched
     */
    public static void write(Path folder, boolean overwrite, Consumer<Path> files) {
        boolean exists = Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
        if (exists && !overwrite) {
            throw new UserError("output folder " + folder + " exists; choose another or give --overwrite-output-dir");
        }
        Path parent = DurableFile.folderOf(folder);
        Path beside = parent.resolve("." + folder.getFileName() + ".tmp");
        Path old = parent.resolve("." + folder.getFileName() + ".old");
        try {
            delete(beside);
            delete(old);
            Files.createDirectories(beside);
            try {
                files.accept(beside);
                DurableFile.forceFolder(beside);
            } catch (IOException | RuntimeException error) {
                delete(beside);
                throw error;
            }
            if (exists) {
                Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.forceFolder(parent);
            delete(old);
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
    }

    /**
     * Removes a folder with everything in it. It loses its name first, so that no one ever finds half of it under that name.
     *
     * @throws RunError when it cannot be removed
     */
    public static void remove(Path folder) {
        Path old = DurableFile.folderOf(folder).resolve("." + folder.getFileName() + ".old");
        try {
            delete(old);
            Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
            delete(old);
        } catch (IOException error) {
            throw FileProblem.writing(folder, error);
        }
    }

    /** Deletes a folder and what is in it, if it exists; links are removed, not followed. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
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
