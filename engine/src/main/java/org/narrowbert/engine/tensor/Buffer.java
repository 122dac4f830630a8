package org.narrowbert.engine.tensor;

import java.lang.foreign.MemorySegment;
import org.narrowbert.ffm.memory.NativeMemory;

/** Owns a run of elements off the heap, aligned to 64 bytes and zeroed. Whoever opens it closes it; matrices only look at it. */
public final class Buffer implements AutoCloseable {
    private final ElementType elementType;
    private final long elements;
    private final NativeMemory memory;

    private Buffer(ElementType elementType, long elements, NativeMemory memory) {
        this.elementType = elementType;
        this.elements = elements;
        this.memory = memory;
    }

    /**
     * Allocates a buffer.
     *
     * @param elements number of elements, 0 or more
     */
    public static Buffer open(ElementType elementType, long elements) {
        return new Buffer(
                elementType, elements, NativeMemory.open(Math.multiplyExact(elements, (long) elementType.bytes())));
    }

    public ElementType elementType() {
        return elementType;
    }

    /** Number of elements. */
    public long elements() {
        return elements;
    }

    /** Size in bytes. */
    public long bytes() {
        return elements * elementType.bytes();
    }

    /** Absolute address of element 0; fails after {@link #close}. */
    public long address() {
        return memory.address();
    }

    /** All elements as a segment with checked bounds and lifetime. */
    public MemorySegment segment() {
        return memory.segment();
    }

    @Override
    public void close() {
        memory.close();
    }
}
