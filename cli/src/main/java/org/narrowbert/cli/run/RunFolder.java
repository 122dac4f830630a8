package org.narrowbert.cli.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FolderLock;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingReport;

/**
 * The output folder of a run that goes on: no other process writes to it. As a listener it ends a run whose folder was moved or deleted, which
 * would otherwise begin a second folder under the old name.
 */
public final class RunFolder implements TrainingListener, AutoCloseable {
    /** The folder in it where the text is prepared. */
    public static final String DATA = "data";

    private final OutputDirectory output;
    private final boolean isNew;
    private final FolderLock lock;
    private final List<Path> made = new ArrayList<>();

    private RunFolder(OutputDirectory output, boolean isNew, FolderLock lock) {
        this.output = output;
        this.isNew = isNew;
        this.lock = lock;
    }

    /**
     * Makes the folder if it is not there, and keeps others from writing to it.
     *
     * @param notices told where that is not possible
     * @throws org.narrowbert.engine.error.RunError when another run writes to it, or nobody can
     */
    public static RunFolder open(OutputDirectory output, Consumer<String> notices) {
        boolean isNew = !Files.exists(output.path());
        output.create();
        return new RunFolder(output, isNew, FolderLock.open(output.path(), notices));
    }

    /** Where it is. */
    public Path path() {
        return output.path();
    }

    /** Notes a folder in it that this process made for the run: without a run it is of no use. */
    public void made(Path inner) {
        made.add(inner);
    }

    /** From now on what is in the folder is a run's, however that ends. */
    void keep() {
        made.clear();
    }

    @Override
    public void logged(TrainingReport report) {
        lock.requireInPlace();
    }

    @Override
    public void saving() {
        lock.requireInPlace();
    }

    /** Lets others write; what was refused or failed before it was a run leaves nothing that was not there before. */
    @Override
    public void close() {
        boolean leavesNothing;
        try (lock) {
            made.stream().filter(Files::exists).forEach(DurableFolder::remove);
            leavesNothing = isNew && output.isEmpty();
            if (leavesNothing) {
                // While it is locked: afterwards the file may be another run's.
                lock.remove();
            }
        }
        if (leavesNothing) {
            output.removeIfEmpty();
        }
    }
}
