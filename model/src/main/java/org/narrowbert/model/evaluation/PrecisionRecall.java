package org.narrowbert.model.evaluation;

/**
 * How well one class is found.
 *
 * @param precision share of what was predicted that is right; 0 where nothing was predicted
 * @param recall share of what is right that was predicted; 0 where nothing is
 * @param f1 harmonic mean of the two; 0 where both are
 * @param support how many there are
 */
public record PrecisionRecall(double precision, double recall, double f1, long support) {
    /**
     * From counts.
     *
     * @param right predicted and so
     * @param predicted how many were predicted
     * @param actual how many there are
     */
    public static PrecisionRecall of(long right, long predicted, long actual) {
        return new PrecisionRecall(
                predicted == 0 ? 0 : (double) right / predicted,
                actual == 0 ? 0 : (double) right / actual,
                predicted + actual == 0 ? 0 : 2.0 * right / (predicted + actual),
                actual);
    }
}
