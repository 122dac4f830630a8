package org.narrowbert.model.data;

import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;

/**
 * Makes the engine's batches: blocks end to end, masked, with the masked positions as narrow rows.
 *
 * <p>It owns the arrays that its batches look at and fills them again: a batch holds until the next {@code clear}. Not for several
 * threads.
 */
public final class BatchAssembler {
    private final BlockSampler blocks;
    private final Masker masker;
    private final int[] offsets;
    private final int[] tokens;
    private final int[] inputIds;
    private final int[] tokenTypeIds;
    private final int[] narrowOffsets;
    private final int[] narrowTokens;
    private final int[] labels;
    private int sequences;

    /**
     * An assembler without sequences.
     *
     * @param sequences most blocks a batch
     */
    public BatchAssembler(BlockSampler blocks, Masker masker, int sequences) {
        this.blocks = blocks;
        this.masker = masker;
        Extents limits = limits(sequences, blocks.length(), masker);
        this.offsets = new int[sequences + 1];
        this.tokens = new int[limits.tokens()];
        this.inputIds = new int[limits.tokens()];
        this.tokenTypeIds = new int[limits.tokens()];
        this.narrowOffsets = new int[sequences + 1];
        this.narrowTokens = new int[limits.narrow()];
        this.labels = new int[limits.narrow()];
        for (int token = 0; token < tokens.length; token++) {
            tokens[token] = token;
        }
    }

    /** The largest batch of the given number of blocks; no rows are kept by token dropping. */
    public static Extents limits(int sequences, int length, Masker masker) {
        return new Extents(
                sequences,
                Math.multiplyExact(sequences, length),
                Math.multiplyExact(sequences, masker.maximum(length)),
                0);
    }

    /** Forgets all sequences. */
    public void clear() {
        sequences = 0;
    }

    /**
     * Adds a block, masked as the sample of the given epoch and index.
     *
     * @param block number of the block
     */
    public void add(long block, long epoch, long index) {
        int start = offsets[sequences];
        int narrowStart = narrowOffsets[sequences];
        blocks.read(block, inputIds, start);
        int masked = masker.mask(inputIds, start, blocks.length(), epoch, index, narrowTokens, labels, narrowStart);
        sequences++;
        offsets[sequences] = start + blocks.length();
        narrowOffsets[sequences] = narrowStart + masked;
    }

    /**
     * The batch of the sequences added since the last {@code clear}. It may have no narrow row, if no token could be masked or chance
     * chose none: it then has no loss, and training passes it over.
     */
    public Batch batch() {
        return Batch.of(
                Rows.of(sequences, offsets, tokens),
                inputIds,
                tokenTypeIds,
                Rows.of(sequences, narrowOffsets, narrowTokens),
                labels);
    }
}
