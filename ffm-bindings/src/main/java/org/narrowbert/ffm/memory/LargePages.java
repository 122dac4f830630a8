package org.narrowbert.ffm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * Memory that Linux is asked to back with pages of 2 MiB instead of 4 KiB.
 *
 * <p>Linux as most distributions set it up (transparent_hugepage = madvise) gives large pages to those who ask, and the C library's allocator
 * does not. Weights are read from end to end, matrices in strides of some KiB: with small pages the processor spends a good part of that time
 * on looking addresses up, and its prefetching stops at the end of each page.
 */
final class LargePages {
    /** Size and alignment of a large page: that of x86-64, and of ARM with pages of 4 KiB. */
    static final long BYTES = 2L << 20;

    // Linux's own numbers, the same on all of its architectures that have a JDK 25.
    private static final int READ_AND_WRITE = 0x1 | 0x2;
    private static final int PRIVATE_AND_ANONYMOUS = 0x02 | 0x20;
    private static final int ADVISE_LARGE_PAGES = 14;
    private static final long FAILED = -1;

    private static final FunctionDescriptor MMAP = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);
    private static final FunctionDescriptor MADVISE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor MUNMAP =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private LargePages() {}

    /**
     * Maps zeroed memory that begins at a large page; empty where this is not Linux, or where it refuses.
     *
     * @param bytes size, above 0
     * @param arena gives the memory back when it is closed
     */
    static Optional<MemorySegment> map(long bytes, Arena arena) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Calls.INSTANCE.map(bytes, arena)).filter(segment -> segment.byteSize() > 0);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new AssertionError("mmap, madvise and munmap throw nothing", impossible);
        }
    }

    /** The three calls, linked once. */
    private record Calls(MethodHandle mmap, MethodHandle madvise, MethodHandle munmap) {
        static final Calls INSTANCE = new Calls(link("mmap", MMAP), link("madvise", MADVISE), link("munmap", MUNMAP));

        @SuppressWarnings("restricted")
        private static MethodHandle link(String name, FunctionDescriptor descriptor) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }

        /** An empty segment where the system has no room. */
        @SuppressWarnings("restricted")
        MemorySegment map(long bytes, Arena arena) throws Throwable {
            long mapped = Math.addExact(bytes, BYTES);
            long base = (long) mmap.invokeExact(0L, mapped, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
            if (base == FAILED) {
                return MemorySegment.NULL;
            }
            long first = Math.ceilDiv(base, BYTES) * BYTES;
            // Advice: a system without large pages answers with an error and goes on with small ones.
            int ignored = (int) madvise.invokeExact(first, bytes, ADVISE_LARGE_PAGES);
            return MemorySegment.ofAddress(first).reinterpret(bytes, arena, segment -> unmap(base, mapped));
        }

        private void unmap(long base, long mapped) {
            try {
                int ignored = (int) munmap.invokeExact(base, mapped);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable impossible) {
                throw new AssertionError("munmap throws nothing", impossible);
            }
        }
    }
}
