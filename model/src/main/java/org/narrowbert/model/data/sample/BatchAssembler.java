package org.narrowbert.model.data.sample;

import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;

/**
 * Makes the engine's batches: samples end to end, masked, with the masked positions as narrow rows.
 *
 * <p>It owns the arrays that its batches look at and fills them again: a batch holds until the next {@code clear}. Not for several
 * threads.
 */
public final class BatchAssembler {
    private final Samples samples;
    private final Masking masking;
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
     * @param most samples a batch
     */
    public BatchAssembler(Samples samples, Masking masking, int most) {
        this.samples = samples;
        this.masking = masking;
        Extents limits = limits(most, samples, masking);
        this.offsets = new int[limits.sequences() + 1];
        this.tokens = new int[limits.tokens()];
        this.inputIds = new int[limits.tokens()];
        this.tokenTypeIds = new int[limits.tokens()];
        this.narrowOffsets = new int[limits.sequences() + 1];
        this.narrowTokens = new int[limits.narrow()];
        this.labels = new int[limits.narrow()];
        for (int token = 0; token < tokens.length; token++) {
            tokens[token] = token;
        }
    }

    /** The largest batch of the given number of samples; no rows are kept by token dropping. */
    public static Extents limits(int most, Samples samples, Masking masking) {
        return new Extents(
                        Math.multiplyExact(most, samples.sequences()),
                        Math.multiplyExact(most, samples.longest()),
                        Math.multiplyExact(most, masking.maximum(samples.longest())),
                        0)
                .upTo(samples.longest());
    }

    /** Forgets all sequences. */
    public void clear() {
        sequences = 0;
    }

    /**
     * Adds a sample, masked by the given epoch and index.
     *
     * @param sample its number
     */
    public void add(long sample, long epoch, long index) {
        int start = offsets[sequences];
        int narrow = narrowOffsets[sequences];
        int end = sequences + samples.read(sample, inputIds, start, offsets, sequences + 1);
        int narrowEnd = narrow
                + masking.mask(inputIds, start, offsets[end] - start, epoch, index, narrowTokens, labels, narrow);
        while (sequences < end) {
            sequences++;
            while (narrow < narrowEnd && narrowTokens[narrow] < offsets[sequences]) {
                narrow++;
            }
            narrowOffsets[sequences] = narrow;
        }
    }

    /**
     * The batch of the samples added since the last {@code clear}. It may have no narrow row, if no token could be masked or chance
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
