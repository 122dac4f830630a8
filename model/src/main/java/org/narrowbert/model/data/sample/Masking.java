package org.narrowbert.model.data.sample;

/** Chooses the tokens that are to be predicted, and hides them. Everything is a function of (seed, epoch, index, position). */
public interface Masking {
    /** Most tokens that are chosen of a sample of the given length. */
    int maximum(int length);

    /**
     * Masks one sample in place.
     *
     * @param ids the sample's tokens lie from {@code start} to {@code start + length - 1}; chosen ones are replaced
     * @param epoch number of the pass over the corpus
     * @param index the sample's place in the epoch, or any other number that tells samples apart
     * @param positions where the chosen tokens' places in {@code ids} are written, ascending, from {@code at}
     * @param labels where the chosen tokens' own ids are written, from {@code at}
     * @return how many were chosen
     */
    int mask(int[] ids, int start, int length, long epoch, long index, int[] positions, int[] labels, int at);
}
