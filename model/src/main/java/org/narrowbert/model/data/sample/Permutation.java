package org.narrowbert.model.data.sample;

import org.narrowbert.engine.random.CounterRandom;

/**
 * A shuffled order of the numbers 0 to size - 1 in which each place is computed by itself, so that nothing is held in memory.
 *
 * <p>A Feistel network over the smallest square of a power of two that holds all numbers; a result beyond the size goes through it again
 * until it is one of them (cycle walking), at most four times on average.
 */
final class Permutation {
    private static final int ROUNDS = 6;

    private final long size;
    private final long key;
    private final int halfBits;

    /**
     * An order of {@code size} numbers.
     *
     * @param size from 1 to 2^62
     */
    Permutation(long size, long key) {
        if (size < 1 || size > 1L << 62) {
            throw new IllegalArgumentException("a permutation of " + size + " numbers");
        }
        this.size = size;
        this.key = key;
        this.halfBits = Math.max(1, (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    }

    /** The number at a place from 0 to size - 1. */
    long at(long place) {
        if (place < 0 || place >= size) {
            throw new IndexOutOfBoundsException("place " + place + " of " + size);
        }
        long number = place;
        do {
            number = shuffle(number);
        } while (number >= size);
        return number;
    }

    private long shuffle(long number) {
        long mask = (1L << halfBits) - 1;
        long left = number >>> halfBits;
        long right = number & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (CounterRandom.key(key, round, right) & mask);
            left = right;
            right = mixed;
        }
        return left << halfBits | right;
    }
}
