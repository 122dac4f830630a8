package org.narrowbert.engine.tensor;

/**
 * How many sequences a batch has and how many rows each row set: a batch's actual numbers, or the limits that memory is planned for.
 *
 * @param sequences number of sequences
 * @param tokens rows of {@link RowSet#TOKENS}
 * @param narrow rows of {@link RowSet#NARROW}
 * @param kept rows of {@link RowSet#KEPT}
 * @param projected rows of {@link RowSet#PROJECTED}
 * @param longest no sequence has more tokens
 */
public record Extents(int sequences, int tokens, int narrow, int kept, int projected, int longest) {
    public Extents {
        if (sequences < 0
                || tokens < 0
                || isNoSubset(narrow, tokens)
                || isNoSubset(kept, tokens)
                || isNoSubset(projected, tokens)) {
            throw new IllegalArgumentException("impossible extents: " + sequences + " sequences, " + tokens
                    + " tokens, " + narrow + " narrow, " + kept + " kept and " + projected + " projected rows");
        }
    }

    /** Extents of batches in which no narrow attention is projected, until {@link #projecting} says how many rows are. */
    public Extents(int sequences, int tokens, int narrow, int kept) {
        this(sequences, tokens, narrow, kept, 0, tokens);
    }

    private static boolean isNoSubset(int rows, int tokens) {
        return rows < 0 || rows > tokens;
    }

    /** The same with another number of kept rows. */
    public Extents keeping(int kept) {
        return new Extents(sequences, tokens, narrow, kept, projected, longest);
    }

    /** The same with another number of projected rows. */
    public Extents projecting(int projected) {
        return new Extents(sequences, tokens, narrow, kept, projected, longest);
    }

    /** The same with sequences of so many tokens at most. */
    public Extents upTo(int longest) {
        return new Extents(sequences, tokens, narrow, kept, projected, longest);
    }

    /** Rows of one row set. */
    public int rows(RowSet set) {
        return switch (set) {
            case TOKENS -> tokens;
            case NARROW -> narrow;
            case KEPT -> kept;
            case PROJECTED -> projected;
        };
    }

    /** Pairs of a query row and a key row in the same sequence, as if all sequences were equally long. */
    public double pairs(RowSet queries, RowSet keys) {
        return sequences == 0 ? 0 : (double) rows(queries) * rows(keys) / sequences;
    }

    /** Whether a batch of these extents has room in memory planned for {@code limits}. */
    public boolean fits(Extents limits) {
        return sequences <= limits.sequences
                && tokens <= limits.tokens
                && narrow <= limits.narrow
                && kept <= limits.kept
                && projected <= limits.projected;
    }
}
