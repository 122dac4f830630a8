package org.narrowbert.engine.backend.vector;

import org.narrowbert.ffm.memory.NativeMemory;

/** One block of aligned off-heap memory that a kernel keeps from call to call and that grows when a larger shape comes by. */
final class Scratch implements AutoCloseable {
    private NativeMemory memory = NativeMemory.open(0);
    private long bytes;

    /**
     * Makes room; what the block held is lost when it grows. Called at a kernel's entry, never from within a task.
     *
     * @param needed bytes
     * @return the block's address, aligned to 64 bytes
     */
    long reserve(long needed) {
        if (needed > bytes) {
            NativeMemory larger = NativeMemory.open(needed);
            memory.close();
            memory = larger;
            bytes = needed;
        }
        return memory.address();
    }

    /** The block's address, until it grows. */
    long address() {
        return memory.address();
    }

    /** Size in bytes. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        memory.close();
    }
}
