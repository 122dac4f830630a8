package org.narrowbert.engine.backend.vector;

import java.util.stream.IntStream;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.tensor.Rows;

/**
 * Cuts the narrow rows of absorbed sequences into groups that are computed one after the other, so that what is made of a group stays in a cache:
 * whole sequences up to {@link #ROWS} rows, or a part of a sequence that has more. By the batch alone, never by the number of threads.
 */
final class AbsorbedGroups {
    /** Rows of a group, about: 12 heads of 768 numbers each are 2.4 MB. */
    static final int ROWS = 64;

    private final AbsorbedAttention on;
    private int sequence;
    private int row;
    private int firstSequence;
    private int endSequence;
    private int firstRow;
    private int endRow;
    private int[] sequences = new int[0];

    AbsorbedGroups(AbsorbedAttention on) {
        this.on = on;
    }

    /** Goes to the next group, if there is one. */
    boolean next() {
        Rows queries = on.queryRows();
        while (sequence < queries.sequences() && (!on.absorbs(sequence) || row == queries.end(sequence))) {
            row = queries.end(sequence++);
        }
        if (sequence == queries.sequences()) {
            return false;
        }
        firstSequence = sequence;
        firstRow = row;
        endRow = Math.min(queries.end(sequence), firstRow + ROWS);
        endSequence = sequence + 1;
        while (endRow == queries.end(endSequence - 1)
                && endSequence < queries.sequences()
                && on.absorbs(endSequence)
                && queries.end(endSequence) - firstRow <= ROWS) {
            endRow = queries.end(endSequence++);
        }
        sequence = endSequence - 1;
        row = endRow;
        sequences = IntStream.range(firstSequence, endSequence)
                .filter(each -> rows(each) > 0)
                .toArray();
        return true;
    }

    /** The sequences that have rows in the group. */
    int[] sequences() {
        return sequences;
    }

    /** The first narrow row. */
    int firstRow() {
        return firstRow;
    }

    /** Number of rows. */
    int rows() {
        return endRow - firstRow;
    }

    /** The first of a sequence's rows that are in the group, counted from the group's first. */
    int start(int sequence) {
        return Math.max(on.queryRows().start(sequence), firstRow) - firstRow;
    }

    /** The number of a sequence's rows that are in the group. */
    int rows(int sequence) {
        return Math.min(on.queryRows().end(sequence), endRow) - firstRow - start(sequence);
    }

    /** A sequence's tokens. */
    int tokens(int sequence) {
        return on.sourceRows().end(sequence) - on.sourceRows().start(sequence);
    }

    /** The sequence of a row of the group. */
    int sequenceOf(int rowOfGroup) {
        int of = firstSequence;
        while (start(of) + rows(of) <= rowOfGroup) {
            of++;
        }
        return of;
    }

    /** Whether a sequence's rows in earlier groups have been computed. */
    boolean goesOn(int sequence) {
        return on.queryRows().start(sequence) < firstRow;
    }
}
