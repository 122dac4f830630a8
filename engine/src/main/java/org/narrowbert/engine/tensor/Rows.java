package org.narrowbert.engine.tensor;

/**
 * One row set of one batch: which token each row stands for, and where each sequence's rows begin.
 *
 * <p>The arrays may be longer than what is used, so that they can be filled again for the next batch; they are looked at, never copied.
 */
public final class Rows {
    private final int count;
    private final int sequences;
    private final int[] offsets;
    private final int[] tokens;

    private Rows(int count, int sequences, int[] offsets, int[] tokens) {
        this.count = count;
        this.sequences = sequences;
        this.offsets = offsets;
        this.tokens = tokens;
    }

    /**
     * Looks at the given arrays.
     *
     * @param sequences number of sequences
     * @param offsets [sequences + 1 or more] first row of each sequence, ascending from 0; entry {@code sequences} is the number of rows
     * @param tokens [rows or more] each row's index among the batch's tokens, ascending
     */
    public static Rows of(int sequences, int[] offsets, int[] tokens) {
        if (offsets.length <= sequences || offsets[0] != 0) {
            throw new IllegalArgumentException(
                    "offsets of " + sequences + " sequences need " + (sequences + 1) + " entries from 0");
        }
        for (int sequence = 0; sequence < sequences; sequence++) {
            if (offsets[sequence + 1] < offsets[sequence]) {
                throw new IllegalArgumentException("offsets descend after sequence " + sequence);
            }
        }
        if (tokens.length < offsets[sequences]) {
            throw new IllegalArgumentException(offsets[sequences] + " rows, but token indices for " + tokens.length);
        }
        return new Rows(offsets[sequences], sequences, offsets, tokens);
    }

    /** Number of rows. */
    public int count() {
        return count;
    }

    /** Number of sequences. */
    public int sequences() {
        return sequences;
    }

    /** First row of a sequence. */
    public int start(int sequence) {
        return offsets[sequence];
    }

    /** One past the last row of a sequence. */
    public int end(int sequence) {
        return offsets[sequence + 1];
    }

    /** The row's index among the batch's tokens. */
    public int token(int row) {
        return tokens[row];
    }
}
