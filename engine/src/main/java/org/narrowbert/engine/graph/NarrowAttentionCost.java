package org.narrowbert.engine.graph;

import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;

/** What a narrow attention costs, as if all sequences were equally long and had equally many narrow rows. */
final class NarrowAttentionCost {
    private NarrowAttentionCost() {}

    /**
     * The cost of both forms for the sequences that take each.
     *
     * @param projected products over pairs of a narrow row and a key, of the hidden size's columns
     * @param maps products of absorbed narrow rows with one of the two weights
     * @param pairs products over pairs of a head's narrow row and a token, of the source's columns
     */
    static Cost of(NarrowAttentionOp.NarrowAttention op, Extents batch, int projected, int maps, int pairs) {
        double hidden = op.query().columns();
        double source = op.source().columns();
        double absorbed = batch.tokens() == 0 ? 0 : 1 - batch.projected() / (double) batch.tokens();
        double narrow = batch.narrow() * absorbed;
        double absorbedPairs = batch.pairs(RowSet.NARROW, RowSet.TOKENS) * absorbed;
        double flops = 2 * (maps * narrow * hidden + pairs * op.heads() * absorbedPairs) * source;
        double weights = absorbed > 0 ? 2 * hidden * source : 0;
        double bytes = 4 * (batch.tokens() * absorbed * source + 2 * narrow * hidden + weights);
        Cost keys = Cost.attention(
                batch, RowSet.NARROW, RowSet.PROJECTED, op.query().columns(), projected);
        return absorbed > 0 ? new Cost(Cost.Kind.ABSORBED_ATTENTION, flops, bytes).plus(keys) : keys;
    }
}
