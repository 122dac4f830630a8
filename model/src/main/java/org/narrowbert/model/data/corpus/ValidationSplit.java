package org.narrowbert.model.data.corpus;

import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.random.CounterRandom;

/**
 * How documents are dealt out: each goes to validation with a fixed probability that depends on the seed and its number alone.
 *
 * @param share of the documents, from 0 to below 1
 * @param seed of the choice
 */
public record ValidationSplit(double share, long seed) {
    /** Keeps this use of a seed apart from others. */
    private static final long SITE = 0x5350_4C49_5453L;

    public ValidationSplit {
        if (!(share >= 0 && share < 1)) {
            throw new UserError(
                    "a validation share of " + 100 * share + "% cannot be split off: choose from 0 to below 100");
        }
    }

    /** Whether a document, counted from 0, is one to validate with. */
    boolean isValidation(long document) {
        return CounterRandom.uniform(CounterRandom.key(seed, SITE, document)) < share;
    }
}
