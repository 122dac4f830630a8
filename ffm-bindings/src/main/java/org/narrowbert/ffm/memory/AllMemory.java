package org.narrowbert.ffm.memory;

import java.lang.foreign.MemorySegment;

/**
 * The one segment that spans the whole address space, for kernels that have already checked their extents and then address memory by
 * absolute position.
 *
 * <p>A constant segment of unlimited length lets the compiler drop the base, the bounds check and the liveness check from every vector load.
 * Nothing guards an access through it: check a matrix's extents before using an address taken from it.
 */
public final class AllMemory {
    /** Starts at address 0; an offset into it is an absolute address in bytes. */
    @SuppressWarnings("restricted")
    public static final MemorySegment SEGMENT = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private AllMemory() {}
}
