package org.narrowbert.model.tokenizer;

import java.util.Arrays;

/** An open-addressing hash table from a pair of pieces to its count and its place among the pairs formed by the present merge. */
final class PairTable {
    /** No pair has this key: it would need the largest id twice. */
    private static final long FREE = -1;

    private long[] keys = new long[1 << 12];
    private long[] counts = new long[1 << 12];
    private int[] formed = new int[1 << 12];
    private int size;

    PairTable() {
        Arrays.fill(keys, FREE);
    }

    /** Adds to a pair's count; the answer is the pair's slot, which holds until the next addition. */
    int add(long pair, long count) {
        int slot = slot(pair);
        if (keys[slot] == FREE) {
            if (2 * ++size > keys.length) {
                grow();
                slot = slot(pair);
            }
            keys[slot] = pair;
            formed[slot] = -1;
        }
        counts[slot] += count;
        return slot;
    }

    /** A pair's count; 0 if it was never added. */
    long count(long pair) {
        return counts[slot(pair)];
    }

    /** The number set for the pair in a slot, or -1. */
    int formed(int slot) {
        return formed[slot];
    }

    void setFormed(int slot, int index) {
        formed[slot] = index;
    }

    private int slot(long pair) {
        int mask = keys.length - 1;
        long hash = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & mask;
        while (keys[slot] != pair && keys[slot] != FREE) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldCounts = counts;
        int[] oldFormed = formed;
        keys = new long[2 * oldKeys.length];
        counts = new long[keys.length];
        formed = new int[keys.length];
        Arrays.fill(keys, FREE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
                formed[slot] = oldFormed[i];
            }
        }
    }
}
