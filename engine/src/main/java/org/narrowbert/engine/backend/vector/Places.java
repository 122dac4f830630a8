package org.narrowbert.engine.backend.vector;

/** Pieces of scratch memory, one after the other, each aligned to 64 bytes. */
final class Places {
    private final long[] bytes;
    private int place;
    private long address;

    /** Makes room for pieces of the given sizes. */
    Places(Scratch scratch, long... bytes) {
        this.bytes = bytes;
        address = scratch.reserve(sum(bytes));
    }

    /** Bytes of all pieces together. */
    static long sum(long... bytes) {
        long sum = 0;
        for (long piece : bytes) {
            sum += aligned(piece);
        }
        return sum;
    }

    /** The address of the next piece. */
    long next() {
        long next = address;
        address += aligned(bytes[place++]);
        return next;
    }

    private static long aligned(long bytes) {
        return (bytes + 63) & -64;
    }
}
