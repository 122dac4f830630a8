package org.narrowbert.model.importance;

import org.narrowbert.engine.random.CounterRandom;

/**
 * Which of a sequence's tokens are kept by chance instead of by importance. Each token's number depends on its place in the optimizer step
 * alone, not on threads or on how the step is cut into micro-batches.
 *
 * @param share of the kept tokens, from 0 for none to 1 for all of them
 * @param key of the step's random numbers
 * @param firstToken tokens in the step's earlier micro-batches, or the evaluation's
 */
public record Chance(double share, long key, long firstToken) {
    /** Importance alone decides. */
    public static final Chance NONE = new Chance(0, 0, 0);

    /** Keeps these numbers apart from those of dropout, whose sites count from 0. */
    private static final long SITE = -1;

    public Chance {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of " + share);
        }
    }

    /** The numbers of a micro-batch of an optimizer step. */
    public static Chance of(double share, long seed, long step, long firstToken) {
        return new Chance(share, CounterRandom.key(CounterRandom.key(seed, step), SITE), firstToken);
    }

    /** How many of {@code kept} tokens it chooses: floor(share * kept). */
    int of(int kept) {
        return (int) Math.floor(share * kept);
    }

    /** The rank of a token, 0 or more; the smallest are kept. */
    int rank(int token) {
        return (int) (CounterRandom.key(key, firstToken + token) >>> 33);
    }
}
