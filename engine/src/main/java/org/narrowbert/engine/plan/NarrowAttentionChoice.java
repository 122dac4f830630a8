package org.narrowbert.engine.plan;

/**
 * How a plan chooses the form of narrow attention.
 *
 * @param wanted one form for all sequences, or each sequence's cheaper one
 * @param costs what finds the cheaper one
 */
public record NarrowAttentionChoice(NarrowAttention wanted, CostModel costs) {
    /** The cheaper form for each sequence, by the typical machine's rates. */
    public static final NarrowAttentionChoice DEFAULT =
            new NarrowAttentionChoice(NarrowAttention.AUTO, CostModel.TYPICAL);
}
