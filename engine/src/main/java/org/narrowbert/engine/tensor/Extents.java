package org.narrowbert.engine.tensor;

/**
 * How many sequences a batch has and how many rows each row set: a batch's actual numbers, or the limits that memory is planned for.
 *
 * @param sequences number of sequences
 * @param tokens rows of {@link RowSet#TOKENS}
 * @param narrow rows of {@link RowSet#NARROW}
 * @param kept rows of {@link RowSet#KEPT}
 */
public record Extents(int sequences, int tokens, int narrow, int kept) {
    public Extents {
        if (sequences < 0 || tokens < 0 || narrow < 0 || kept < 0 || narrow > tokens || kept > tokens) {
            throw new IllegalArgumentException("impossible extents: " + sequences + " sequences, " + tokens
                    + " tokens, " + narrow + " narrow and " + kept + " kept rows");
        }
    }

    /** Rows of one row set. */
    public int rows(RowSet set) {
        return switch (set) {
            case TOKENS -> tokens;
            case NARROW -> narrow;
            case KEPT -> kept;
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
                && kept <= limits.kept;
    }
}
