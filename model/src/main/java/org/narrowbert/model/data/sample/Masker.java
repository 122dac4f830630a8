package org.narrowbert.model.data.sample;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.model.tokenizer.SpecialTokens;

/**
 * BERT's dynamic masking: some tokens of each block are to be predicted, others every time the block is seen.
 *
 * <p>Of n maskable tokens floor(probability x n + u) are chosen, u uniform in [0, 1) a block, so that their number is right on average and
 * never above {@link #maximum}; which ones is uniform without replacement. 80% of them become [MASK], 10% a random token of the whole
 * vocabulary, 10% stay. (Hugging Face's collator throws a coin a token: the same on average, without a bound.)
 *
 * <p>Everything is a function of (seed, epoch, index, position).
 *
 * @param probability that a token is chosen, above 0 and at most 1
 * @param special tokens by meaning
 * @param vocabularySize random tokens are below it
 * @param seed of all choices
 */
public record Masker(double probability, SpecialTokens special, int vocabularySize, long seed) implements Masking {
    private static final double MASKED = 0.8;
    private static final double MASKED_OR_RANDOM = 0.9;

    /** Keeps this use of a seed apart from others. */
    private static final long SITE = 0x4D41_534BL;

    public Masker {
        if (!(probability > 0 && probability <= 1)) {
            throw new UserError(
                    "a masking probability of " + probability + " is not possible: choose above 0, at most 1");
        }
    }

    @Override
    public int maximum(int length) {
        return (int) Math.min(length, Math.ceil(probability * length));
    }

    @Override
    public int mask(int[] ids, int start, int length, long epoch, long index, int[] positions, int[] labels, int at) {
        int maskable = 0;
        for (int i = start; i < start + length; i++) {
            maskable += special.isMaskable(ids[i]) ? 1 : 0;
        }
        long key = key(epoch, index);
        int wanted = wanted(maskable, key);
        int chosen = 0;
        // Selection sampling (Knuth, The Art of Computer Programming, 3.4.2, algorithm S): each token is taken with the
        // probability that is left, so that exactly the wanted number is, in ascending order and without a scratch
        // array.
        for (int i = start; chosen < wanted; i++) {
            if (!special.isMaskable(ids[i])) {
                continue;
            }
            long tokenKey = tokenKey(key, i - start);
            if (CounterRandom.uniform(CounterRandom.key(tokenKey, 0)) * maskable-- < wanted - chosen) {
                positions[at + chosen] = i;
                labels[at + chosen] = ids[i];
                ids[i] = replacement(ids[i], tokenKey);
                chosen++;
            }
        }
        return chosen;
    }

    /** What all choices of a sample hang on. */
    long key(long epoch, long index) {
        return CounterRandom.key(CounterRandom.key(seed, SITE), epoch, index);
    }

    /** What the choices about a token of a sample hang on. */
    static long tokenKey(long sampleKey, int place) {
        return CounterRandom.key(sampleKey, 1, place);
    }

    /** How many of a sample's maskable tokens are to be chosen. */
    int wanted(int maskable, long sampleKey) {
        double uniform = CounterRandom.uniform(CounterRandom.key(sampleKey, 0, 0));
        return Math.min(maximum(maskable), (int) Math.floor(probability * maskable + uniform));
    }

    /** What stands in the place of a chosen token. */
    int replacement(int id, long tokenKey) {
        double choice = CounterRandom.uniform(CounterRandom.key(tokenKey, 1));
        if (choice < MASKED) {
            return special.mask();
        }
        return choice < MASKED_OR_RANDOM ? CounterRandom.below(CounterRandom.key(tokenKey, 2), vocabularySize) : id;
    }
}
