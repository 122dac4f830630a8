package org.narrowbert.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

/**
 * The folder that a command writes to.
 *
 * @param path the folder
 */
record OutputDirectory(Path path) {
    /**
     * Refuses a folder with something in it unless it may be overwritten.
     *
     * @throws UserError when the folder exists and is not empty, or is a file
     */
    static OutputDirectory check(Path path, boolean overwrite) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UserError("--output-dir " + path + " is a file: name a folder");
        }
        if (Files.isDirectory(path) && !overwrite && !isEmpty(path)) {
            throw new UserError("--output-dir " + path
                    + " exists already: name another folder, or add --overwrite-output-dir to replace what is in it");
        }
        return new OutputDirectory(path);
    }

    /**
     * Removes the {@code checkpoint-STEP} folders of an earlier run, so that no one takes them for this run's. Other files stay until
     * this run replaces them.
     */
    void removeCheckpoints() {
        try (DirectoryStream<Path> checkpoints = Files.newDirectoryStream(path, "checkpoint-*")) {
            for (Path checkpoint : checkpoints) {
                if (Files.exists(checkpoint.resolve("model.safetensors"))) {
                    remove(checkpoint);
                }
            }
        } catch (IOException error) {
            throw new RunError("cannot clear the folder " + path + ": " + error.getMessage(), error);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Makes the folder, and finds out before any long work that it can be written to. */
    void create() {
        try {
            Files.createDirectories(path);
            Files.delete(Files.createTempFile(path, ".writable", ""));
        } catch (IOException error) {
            throw new RunError("cannot write to the folder " + path + ": " + error.getMessage(), error);
        }
    }

    private static boolean isEmpty(Path path) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (IOException error) {
            throw new RunError("cannot read the folder " + path + ": " + error.getMessage(), error);
        }
    }
}
