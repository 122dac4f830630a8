package org.narrowbert.engine.random;

/**
 * One place's dropout mask in one optimizer step: a function of the token and the column, so that forward and backward pass, any thread
 * count, and any order of micro-batches see the same mask.
 *
 * @param rate share of elements dropped, in [0, 1)
 * @param key hash of (seed, step, site)
 * @param firstToken number of tokens in the step's earlier micro-batches; added to a row's token index
 */
public record DropoutMask(float rate, long key, int firstToken) {
    /** Drops nothing. */
    public static final DropoutMask NONE = new DropoutMask(0, 0, 0);

    /** The mask of a place in a step. */
    public static DropoutMask of(Dropout dropout, long seed, long step, int firstToken) {
        return dropout.active()
                ? new DropoutMask(
                        dropout.rate(), CounterRandom.key(CounterRandom.key(seed, step), dropout.site()), firstToken)
                : NONE;
    }

    /** Whether anything is dropped. */
    public boolean active() {
        return rate > 0;
    }

    /** What a kept element is multiplied by. */
    public float scale() {
        return 1 / (1 - rate);
    }

    /** An element is kept when its bits, shifted right by 8 (unsigned), are at least this. */
    public int threshold() {
        return (int) (rate * (1 << 24));
    }

    /** The key of a token's row, for {@link CounterRandom#bits} with the column. */
    public long rowKey(int token) {
        return CounterRandom.key(key, firstToken + token);
    }

    /** The key of a query token's row of attention probabilities in one head; the column is {@code firstToken} + the key row's token. */
    public long rowKey(int token, int head) {
        return CounterRandom.key(key, firstToken + token, head);
    }

    /** Whether the element is kept. */
    public boolean keeps(long rowKey, int column) {
        return CounterRandom.bits(rowKey, column) >>> 8 >= threshold();
    }
}
