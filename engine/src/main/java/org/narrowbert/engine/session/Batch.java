package org.narrowbert.engine.session;

import java.util.List;
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
 * @param projected all tokens of the sequences whose narrow attention is projected; a {@link Session} sets them as its plan decides
 */
public record Batch(
        Rows tokens, int[] inputIds, int[] tokenTypeIds, Rows narrow, int[] labels, Rows kept, Rows projected) {
    public Batch {
        Objects.requireNonNull(inputIds);
        if (inputIds.length < tokens.count() || tokenTypeIds.length < tokens.count()) {
            throw new IllegalArgumentException(tokens.count() + " tokens, but " + inputIds.length + " input ids and "
                    + tokenTypeIds.length + " token types");
        }
        for (Rows subset : List.of(narrow, kept, projected)) {
            if (subset.sequences() != tokens.sequences()) {
                throw new IllegalArgumentException(tokens.sequences() + " sequences of tokens, but "
                        + subset.sequences() + " of a subset of them");
            }
        }
    }

    /** A batch in which nothing is dropped and nothing projected. */
    public static Batch of(Rows tokens, int[] inputIds, int[] tokenTypeIds, Rows narrow, int[] labels) {
        Rows none = Rows.of(tokens.sequences(), new int[tokens.sequences() + 1], new int[0]);
        return new Batch(tokens, inputIds, tokenTypeIds, narrow, labels, none, none);
    }

    /** The same batch with token dropping's rows. */
    public Batch keeping(Rows kept) {
        return new Batch(tokens, inputIds, tokenTypeIds, narrow, labels, kept, projected);
    }

    /** The same batch with the tokens of the sequences whose narrow attention is projected. */
    public Batch projecting(Rows projected) {
        return new Batch(tokens, inputIds, tokenTypeIds, narrow, labels, kept, projected);
    }

    /** The rows of a row set. */
    public Rows rows(RowSet set) {
        return switch (set) {
            case TOKENS -> tokens;
            case NARROW -> narrow;
            case KEPT -> kept;
            case PROJECTED -> projected;
        };
    }

    /** How many sequences and rows it has, and how many tokens its longest sequence. */
    public Extents extents() {
        int longest = 0;
        for (int sequence = 0; sequence < tokens.sequences(); sequence++) {
            longest = Math.max(longest, tokens.end(sequence) - tokens.start(sequence));
        }
        return new Extents(tokens.sequences(), tokens.count(), narrow.count(), kept.count())
                .projecting(projected.count())
                .upTo(longest);
    }
}
