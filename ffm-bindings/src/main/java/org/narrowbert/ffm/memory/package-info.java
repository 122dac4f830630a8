/**
 * Off-heap memory for kernels: aligned blocks that an arena owns, and the one segment that spans all memory. In: sizes in bytes. Out:
 * {@link java.lang.foreign.MemorySegment}s and their addresses.
 */
package org.narrowbert.ffm.memory;
