package org.narrowbert.model.training;

import java.nio.file.Path;

/** Saves the model in training as it is now. */
public interface ModelWriter {
    /**
     * Writes a folder of its own, whole or not at all; a folder of that name is replaced.
     *
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    void writeFolder(Path folder);

    /**
     * Writes into a folder that holds other things too; each file is replaced as a whole.
     *
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    void writeInto(Path folder);
}
