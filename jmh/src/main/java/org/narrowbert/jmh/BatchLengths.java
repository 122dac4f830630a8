package org.narrowbert.jmh;

import java.util.Arrays;

/** Batches of sequences that are all alike, as parameters of benchmarks name them. */
final class BatchLengths {
    private BatchLengths() {}

    /**
     * The sequences' lengths.
     *
     * @param batch sequences x tokens of each, such as 8x128
     * @throws IllegalArgumentException when it is not two numbers
     */
    static int[] of(String batch) {
        String[] sizes = batch.split("x", -1);
        if (sizes.length != 2) {
            throw new IllegalArgumentException(batch + " is no batch: write sequences x tokens, as 8x128");
        }
        int[] lengths = new int[Integer.parseInt(sizes[0])];
        Arrays.fill(lengths, Integer.parseInt(sizes[1]));
        return lengths;
    }
}
