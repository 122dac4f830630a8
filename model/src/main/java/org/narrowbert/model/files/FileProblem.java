package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;

/** Says in words what an I/O failure means; the JDK's own messages often repeat the path and nothing else. */
public final class FileProblem {
    private FileProblem() {}

    /** The failure to read a file, as one sentence. */
    public static RunError reading(Path file, IOException error) {
        return new RunError(
                error instanceof NoSuchFileException
                        ? file + " does not exist"
                        : file + " cannot be read: " + reason(error),
                error);
    }

    /** The failure to write a file, as one sentence. */
    public static RunError writing(Path file, IOException error) {
        return new RunError(file + " cannot be written: " + reason(error), error);
    }

    /**
     * The failure to make a folder, as one sentence. The JDK says of a place that takes no folders only that the new one does not exist.
     *
     * @param folder which the user named
     * @param made the one that was to be made, which may stand beside it
     */
    public static RunError making(Path folder, Path made, IOException error) {
        Path nearest = made.toAbsolutePath().normalize();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        String why = !Files.isDirectory(nearest)
                ? nearest + " is a file"
                : error instanceof NoSuchFileException ? "no folder can be made in " + nearest : reason(error);
        return new RunError("the folder " + folder + " cannot be written: " + why + ", name another folder", error);
    }

    /** The failure to delete a file or folder, as one sentence. */
    public static RunError removing(Path file, IOException error) {
        return new RunError(file + " cannot be removed: " + reason(error), error);
    }

    /** What went wrong, without the path that the JDK's messages begin with. */
    public static String reason(IOException error) {
        return switch (error) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case NotDirectoryException other -> other.getFile() + " is not a folder";
            case FileAlreadyExistsException existing -> existing.getFile() + " exists";
            case DirectoryNotEmptyException folder -> folder.getFile() + " is not empty";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        };
    }
}
