package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.narrowbert.engine.error.RunError;

/** What is free on the disk of a file, asked before something large is written. */
public final class DiskRoom {
    /** What is kept free, so that a save does not fill a disk: one tenth of it. */
    private static final long SPARE = 10;

    private DiskRoom() {}

    /**
     * Refuses what will not fit.
     *
     * @param file a file or folder that is to be written
     * @param bytes it will take
     * @throws RunError when less than that and a tenth more is free
     */
    public static void require(Path file, long bytes) {
        Path existing = file.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            if (free < bytes + bytes / SPARE) {
                throw new RunError("%s takes %,d bytes, but its disk has %,d left; make room or choose another"
                        .formatted(file, bytes, free));
            }
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }
}
