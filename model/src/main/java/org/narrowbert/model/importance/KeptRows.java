package org.narrowbert.model.importance;

/**
 * Picks the first of one sequence's rows by rank. A row is one number, its rank in the high half and its place in the low half: the smallest
 * numbers win, no two are equal, and of equal rank the first row wins.
 */
final class KeptRows {
    private long[] keys = new long[512];
    private long[] scratch = new long[512];
    private int count;

    /** Forgets all rows and makes room for {@code most}. */
    void begin(int most) {
        if (keys.length < most) {
            int room = Math.max(most, 2 * keys.length);
            keys = new long[room];
            scratch = new long[room];
        }
        count = 0;
    }

    /** The rank of an importance: the greatest comes first. */
    static int rank(float importance) {
        int bits = Float.floatToIntBits(importance + 0f); // + 0f: minus zero equals zero
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return ~ascending;
    }

    /** Adds a row; rows ascend. */
    void add(int row, int rank) {
        keys[count++] = (long) rank << Integer.SIZE | row;
    }

    /**
     * Writes the {@code most} first rows by rank, in ascending order of the rows.
     *
     * @param most 1 or more
     * @return one past the last place written
     */
    int select(int most, int[] target, int from) {
        long last = most < count ? smallest(most - 1) : Long.MAX_VALUE;
        int at = from;
        for (int index = 0; index < count; index++) {
            if (keys[index] <= last) {
                target[at++] = (int) keys[index];
            }
        }
        return at;
    }

    /** The key that stands at {@code rank}, from 0, once all are sorted; by Hoare's selection, which sorts only around that place. */
    private long smallest(int rank) {
        System.arraycopy(keys, 0, scratch, 0, count);
        int low = 0;
        int high = count - 1;
        while (low < high) {
            long pivot = scratch[(low + high) >>> 1];
            int left = low;
            int right = high;
            while (left <= right) {
                while (scratch[left] < pivot) {
                    left++;
                }
                while (scratch[right] > pivot) {
                    right--;
                }
                if (left <= right) {
                    long swapped = scratch[left];
                    scratch[left++] = scratch[right];
                    scratch[right--] = swapped;
                }
            }
            if (rank <= right) {
                high = right;
            } else if (rank >= left) {
                low = left;
            } else {
                break;
            }
        }
        return scratch[rank];
    }
}
