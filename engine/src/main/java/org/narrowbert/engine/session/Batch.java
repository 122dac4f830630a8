package org.narrowbert.engine.session;

import java.util.Objects;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.engine.tensor.Rows;

/**
 * One batch as the engine sees it: numbers of rows and token ids, no text, no padding. Arrays are looked at, never copied, and may be longer
 * than what is used.
 *
 * @param tokens every token, sequences end to end
 * @param inputIds [tokens or more] vocabulary ids
 * @param tokenTypeIds [tokens or more] token types, 0 for the first text of a pair
 * @param narrow the rows that the head reads
 * @param labels [narrow rows or more] each narrow row's right id; unused where the graph has no loss
 * @param kept the rows that token dropping keeps; no rows where nothing is dropped
 */
public record Batch(Rows tokens, int[] inputIds, int[] tokenTypeIds, Rows narrow, int[] labels, Rows kept) {
    public Batch {
        Objects.requireNonNull(inputIds);
        if (inputIds.length < tokens.count() || tokenTypeIds.length < tokens.count()) {
            throw new IllegalArgumentException(tokens.count() + " tokens, but " + inputIds.length + " input ids and "
                    + tokenTypeIds.length + " token types");
        }
        if (narrow.sequences() != tokens.sequences() || kept.sequences() != tokens.sequences()) {
            throw new IllegalArgumentException(tokens.sequences() + " sequences of tokens, but " + narrow.sequences()
                    + " of narrow rows and " + kept.sequences() + " of kept rows");
        }
    }

    /** A batch in which nothing is dropped. */
    public static Batch of(Rows tokens, int[] inputIds, int[] tokenTypeIds, Rows narrow, int[] labels) {
        Rows none = Rows.of(tokens.sequences(), new int[tokens.sequences() + 1], new int[0]);
        return new Batch(tokens, inputIds, tokenTypeIds, narrow, labels, none);
    }

    /** The same batch with token dropping's rows. */
    public Batch keeping(Rows kept) {
        return new Batch(tokens, inputIds, tokenTypeIds, narrow, labels, kept);
    }

    /** The rows of a row set. */
    public Rows rows(RowSet set) {
        return switch (set) {
            case TOKENS -> tokens;
            case NARROW -> narrow;
            case KEPT -> kept;
        };
    }

    /** How many sequences and rows it has. */
    public Extents extents() {
        return new Extents(tokens.sequences(), tokens.count(), narrow.count(), kept.count());
    }
}
