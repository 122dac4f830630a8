package org.narrowbert.model.training;

import java.nio.file.Path;

/**
 * A save that is whole on disk.
 *
 * @param step number of steps made when its state was taken
 * @param folder where it lies
 * @param seconds for which training stood still
 */
public record SaveReport(long step, Path folder, double seconds) {}
