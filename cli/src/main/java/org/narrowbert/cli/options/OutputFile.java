package org.narrowbert.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.FileProblem;

/**
 * A file that a command writes to. Its place is looked at before any work.
 *
 * @param option by which it is named
 * @param path the file
 */
public record OutputFile(String option, Path path) {
    /** A file by the option that names it. */
    public static OutputFile named(String option, Path path) {
        return new OutputFile(option, path);
    }

    /**
     * Refuses a place where no file can be written.
     *
     * @throws UserError when it is a folder, or in none
     * @throws RunError when this user may not write there
     */
    public OutputFile check() {
        if (path.getFileName() == null || Files.isDirectory(path)) {
            throw new UserError(option + " " + path + " is a folder: name a file");
        }
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder");
        if (!Files.isDirectory(folder)) {
            throw new UserError(option + " " + path + ": there is no folder " + folder + ": make it first");
        }
        if (!Files.isWritable(folder)) {
            throw new RunError("cannot write " + path + ": the folder " + folder
                    + " may not be written by this user, or is read-only");
        }
        return this;
    }

    /**
     * Refuses a file that is there.
     *
     * @param overwrite whether it may be replaced nevertheless
     */
    public OutputFile refuseExisting(boolean overwrite) {
        if (Files.exists(path) && !overwrite) {
            throw new UserError(option + " " + path + " exists: name another file, or add --overwrite");
        }
        return this;
    }

    /**
     * Refuses a file that is read, or written as well.
     *
     * @param other option that names it
     */
    public OutputFile refuseSame(String other, Path file) {
        if (isSame(file)) {
            throw new UserError(option + " " + path + " is the " + other + ": name another file");
        }
        return this;
    }

    private boolean isSame(Path file) {
        if (!Files.exists(path) || !Files.exists(file)) {
            return path.toAbsolutePath()
                    .normalize()
                    .equals(file.toAbsolutePath().normalize());
        }
        try {
            return Files.isSameFile(path, file);
        } catch (IOException error) {
            throw new RunError("cannot compare " + path + " and " + file + ": " + FileProblem.reason(error), error);
        }
    }
}
