package org.narrowbert.model.data.sample;

/**
 * What tokens are cut into to be trained on: samples with numbers, each of one or more sequences. Any of them is found without those before
 * it. Reading is for one thread.
 */
public interface Samples {
    /** Number of samples. */
    long count();

    /** Most tokens a sample; at least 1. */
    int longest();

    /** Most sequences a sample; at least 1. */
    int sequences();

    /**
     * Copies a sample's ids.
     *
     * @param into takes them from {@code at} on, its sequences end to end
     * @param ends takes from {@code endsAt} on where in {@code into} each sequence ends
     * @return the number of sequences
     */
    int read(long sample, int[] into, int at, int[] ends, int endsAt);

    /** What they are, for people: "blocks of 128 tokens". */
    String description();
}
