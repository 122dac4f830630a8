package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * A task's own copies of panels that lie in place. Where rows of a matrix are whole pages apart, those of a panel push each other out of the caches,
 * and many tiles read them: they are copied once before.
 */
final class NearPanels implements AutoCloseable {
    /** Columns that are copied at once: what lies side by side in memory is read together, and stays in a second-level cache. */
    private static final int COLUMNS = 64;

    /** Tiles below each other from which copies pay. */
    private static final int TILES = 3;

    private static final long PAGE_BYTES = 4096;

    private final int width;
    private final int panels;
    private final long bytesOfWorker;
    private final long bytes;
    private final NativeMemory memory;

    /**
     * Allocates the workspace.
     *
     * @param width columns of a panel
     */
    NearPanels(FixedPool pool, int width) {
        this.width = width;
        panels = Math.max(1, COLUMNS / width);
        bytesOfWorker = panels * panelBytes();
        bytes = pool.threads() * bytesOfWorker;
        memory = NativeMemory.open(bytes);
    }

    /** Panels that are copied at once, at most. */
    int panels() {
        return panels;
    }

    /** Whether tiles of so many rows are to read copies of a matrix whose rows are so many floats apart. */
    boolean pay(int stride, int rows, int height) {
        return stride * (long) Float.BYTES % PAGE_BYTES == 0 && rows >= TILES * height;
    }

    /** Copies up to {@link #panels} panels of up to {@link GemmBlocks#DEPTH} rows. */
    void copy(int worker, long from, int stride, int depth, int count) {
        GemmPacking.copyPanels(from, stride, at(worker, 0), panelBytes() / Float.BYTES, width, depth, count * width);
    }

    /** The address of a worker's copy. */
    long at(int worker, int panel) {
        return memory.address() + worker * bytesOfWorker + panel * panelBytes();
    }

    /** Off-heap bytes. */
    long bytes() {
        return bytes;
    }

    private long panelBytes() {
        return (long) GemmBlocks.DEPTH * width * Float.BYTES;
    }

    @Override
    public void close() {
        memory.close();
    }
}
