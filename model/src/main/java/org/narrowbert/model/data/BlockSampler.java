package org.narrowbert.model.data;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.random.CounterRandom;

/**
 * The blocks of a row of token ids, as group_texts of Hugging Face's run_mlm cuts them: block i is ids i x length to (i + 1) x length - 1,
 * and what is left after the last whole block is dropped. A block may begin and end within a document, and hold several.
 *
 * <p>run_mlm drops a remainder after every thousand lines; here one is dropped at the end of the corpus.
 */
public final class BlockSampler {
    /** Keeps this use of a seed apart from others. */
    private static final long SITE = 0x4F52_4445_52L;

    private final TokenStream stream;
    private final int length;
    private final long seed;
    private final long blocks;

    /**
     * Cuts blocks.
     *
     * @param length tokens a block
     * @param seed of the order of each epoch
     * @param name what the error calls the ids, such as "training text"
     * @throws RunError if there is not one block
     */
    public BlockSampler(TokenStream stream, int length, long seed, String name) {
        if (length < 1) {
            throw new IllegalArgumentException("blocks of " + length + " tokens");
        }
        this.stream = stream;
        this.length = length;
        this.seed = seed;
        this.blocks = stream.size() / length;
        if (blocks == 0) {
            throw new RunError("the " + name + " has " + stream.size() + " tokens, fewer than one block of " + length
                    + ": give more text or a smaller --max-seq-length");
        }
    }

    /** Number of blocks, which is the number of samples of an epoch. */
    public long blocks() {
        return blocks;
    }

    /** Tokens a block. */
    public int length() {
        return length;
    }

    /** The order in which an epoch goes through the blocks: each of them once. */
    public Order order(long epoch) {
        Permutation permutation = new Permutation(blocks, CounterRandom.key(seed, SITE, epoch));
        return permutation::at;
    }

    /** Which block is the epoch's sample of an index from 0. */
    @FunctionalInterface
    public interface Order {
        /** The number of the block. */
        long block(long index);
    }

    /** Copies a block's ids into an array. */
    public void read(long block, int[] into, int at) {
        stream.copy(block * length, into, at, length);
    }
}
