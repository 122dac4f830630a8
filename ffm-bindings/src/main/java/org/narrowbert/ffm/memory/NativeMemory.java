package org.narrowbert.ffm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** One block of aligned, zeroed, off-heap memory; {@link #close} gives it back and makes every later use of it fail. */
public final class NativeMemory implements AutoCloseable {
    /** The alignment in bytes of every block: a cache line, and the width of the widest vector. */
    public static final long ALIGNMENT = 64;

    /** Blocks of so many bytes or more are asked for in large pages, which they fill well enough. */
    private static final long LARGE = 2 * LargePages.BYTES;

    private final Arena arena;
    private final MemorySegment segment;

    private NativeMemory(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Allocates a block that any thread may read and write.
     *
     * @param bytes size of the block, 0 or more
     * @throws OutOfMemoryError when the system refuses; the message says how many bytes were asked for
     */
    public static NativeMemory open(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            return new NativeMemory(arena, allocate(bytes, arena));
        } catch (OutOfMemoryError error) {
            arena.close();
            OutOfMemoryError named = new OutOfMemoryError("no room for " + bytes + " bytes of off-heap memory");
            named.initCause(error);
            throw named;
        }
    }

    private static MemorySegment allocate(long bytes, Arena arena) {
        Optional<MemorySegment> large = bytes < LARGE ? Optional.empty() : LargePages.map(bytes, arena);
        return large.orElseGet(
                () -> arena.allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT).asSlice(0, bytes));
    }

    /** The block as a segment, bounds and lifetime checked at every access. */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * The block's absolute address, for use with {@link AllMemory#SEGMENT}.
     *
     * @throws IllegalStateException when the block is closed
     */
    public long address() {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException("off-heap memory used after it was closed");
        }
        return segment.address();
    }

    @Override
    public void close() {
        arena.close();
    }
}
