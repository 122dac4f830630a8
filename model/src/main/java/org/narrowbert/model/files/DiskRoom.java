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
     * Bytes that are free where a file or folder is, or will be made.
     *
     * @throws RunError if the disk cannot be asked
     */
    public static long free(Path file) {
        Path existing = file.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException error) {
            throw FileProblem.writing(file, error);
        }
    }

    /** Whether so many bytes fit, and a tenth more, into so many that are free. */
    public static boolean fits(long bytes, long free) {
        return free >= bytes + bytes / SPARE;
    }

    /**
     * Refuses what will not fit.
     *
     * @param file a file or folder that is to be written
     * @param bytes it will take
     * @throws RunError when less than that and a tenth more is free
     */
    public static void require(Path file, long bytes) {
        long free = free(file);
        if (!fits(bytes, free)) {
            throw new RunError("%s takes %,d bytes, but its disk has %,d left; make room or choose another"
                    .formatted(file, bytes, free));
        }
    }
}
