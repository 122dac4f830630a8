package org.narrowbert.model.data.sample;

import org.narrowbert.engine.random.CounterRandom;

/**
 * The order in which epochs go through samples: each of them once an epoch, shuffled anew, computed place by place.
 *
 * @param count number of samples, 1 or more
 * @param seed of the shuffles
 */
public record SampleOrder(long count, long seed) {
    /** Keeps this use of a seed apart from others. */
    private static final long SITE = 0x4F52_4445_52L;

    /** The number of the sample at a place of an epoch, both from 0. */
    public long sample(long epoch, long place) {
        return new Permutation(count, CounterRandom.key(seed, SITE, epoch)).at(place);
    }
}
