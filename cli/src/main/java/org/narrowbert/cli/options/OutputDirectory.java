package org.narrowbert.cli.options;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.files.FolderLock;

/**
 * The folder that a command writes to.
 *
 * @param path the folder
 */
public record OutputDirectory(Path path) {
    /**
     * Refuses a folder with something in it unless it may be overwritten.
     *
     * @throws UserError when the folder exists and is not empty, or is a file
     */
    public static OutputDirectory check(Path path, boolean overwrite) {
        return check(path, overwrite, false);
    }

    /**
     * Refuses a folder with something in it unless it may be overwritten or a run in it is resumed.
     *
     * @throws UserError when the folder exists and is not empty, or is a file
     * @throws RunError when a run is writing to it, which it names, or nobody can
     */
    public static OutputDirectory check(Path path, boolean overwrite, boolean resumes) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UserError("--output-dir " + path + " is a file: name a folder");
        }
        if (!resumes && Files.isDirectory(path) && !overwrite && !isEmpty(path)) {
            FolderLock.requireFree(path);
            if (!new RunCheckpoints(path).steps().isEmpty()) {
                throw new UserError(
                        "--output-dir " + path + " holds a run already: add --resume-from-checkpoint to go on"
                                + " with it, --overwrite-output-dir to start over, or name another folder");
            }
            throw new UserError("--output-dir " + path
                    + " exists already: name another folder, or add --overwrite-output-dir to replace what is in it");
        }
        checkWritable(path);
        return new OutputDirectory(path);
    }

    /** Finds out before any work, and without leaving a trace, that the folder can be written to or made. */
    private static void checkWritable(Path path) {
        Path nearest = path.toAbsolutePath().normalize();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isDirectory(nearest)) {
            throw new RunError("cannot write to the folder " + path + ": " + nearest + " is not a folder");
        }
        if (!Files.isWritable(nearest)) {
            throw new RunError("cannot write to the folder " + path + ": " + (nearest.endsWith(path) ? "it" : nearest)
                    + " may not be written by this user, or is read-only");
        }
    }

    /** Makes the folder, and finds out before any long work that it can be written to. */
    public void create() {
        try {
            Files.createDirectories(path);
        } catch (IOException error) {
            throw FileProblem.making(path, path, error);
        }
        try {
            Files.delete(Files.createTempFile(path, ".writable", ""));
        } catch (IOException error) {
            throw new RunError("cannot write to the folder " + path + ": " + FileProblem.reason(error), error);
        }
    }

    /** Whether the folder is there and nothing is in it but a lock. */
    public boolean isEmpty() {
        return Files.isDirectory(path) && isEmpty(path);
    }

    /** Removes the folder unless something came into it. */
    public void removeIfEmpty() {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException _) {
            // Another run has begun there.
        } catch (IOException error) {
            throw new RunError("cannot remove the folder " + path + ": " + error.getMessage(), error);
        }
    }

    /** Whether nothing is in a folder but the lock of a run that has written nothing. */
    private static boolean isEmpty(Path path) {
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(path, entry -> !entry.endsWith(FolderLock.FILE))) {
            return !entries.iterator().hasNext();
        } catch (IOException error) {
            throw new RunError("cannot read the folder " + path + ": " + FileProblem.reason(error), error);
        }
    }
}
