package org.narrowbert.model.data.sample;

import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.corpus.TokenStream;

/**
 * Blocks of a row of token ids, as group_texts of Hugging Face's run_mlm cuts them: block i is ids i x length to (i + 1) x length - 1, and
 * what is left after the last whole block is dropped. A block may begin and end within a document, and hold several.
 *
 * <p>run_mlm drops a remainder after every thousand lines; here one is dropped at the end of the corpus.
 */
public final class BlockSamples implements Samples {
    private final TokenStream stream;
    private final int length;
    private final long count;

    /**
     * Cuts blocks.
     *
     * @param length tokens a block
     * @param name what the error calls the ids, such as "training text"
     * @throws RunError if there is not one block
     */
    public BlockSamples(TokenStream stream, int length, String name) {
        if (length < 1) {
            throw new IllegalArgumentException("blocks of " + length + " tokens");
        }
        this.stream = stream;
        this.length = length;
        this.count = stream.size() / length;
        if (count == 0) {
            throw new RunError("the " + name + " has " + stream.size() + " tokens, fewer than one block of " + length
                    + ": give more text or a smaller --max-seq-length");
        }
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public int longest() {
        return length;
    }

    @Override
    public int sequences() {
        return 1;
    }

    @Override
    public int read(long sample, int[] into, int at, int[] ends, int endsAt) {
        stream.copy(sample * length, into, at, length);
        ends[endsAt] = at + length;
        return 1;
    }

    @Override
    public String description() {
        return "blocks of %,d tokens".formatted(length);
    }
}
