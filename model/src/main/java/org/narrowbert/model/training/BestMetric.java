package org.narrowbert.model.training;

/**
 * The figure of a validation that says which checkpoint is the best.
 *
 * @param name {@code loss}, or a metric's
 * @param greaterIsBetter whether more of it is better
 */
public record BestMetric(String name, boolean greaterIsBetter) {
    /** The lowest loss. */
    public static final BestMetric LOSS = new BestMetric("loss", false);

    /**
     * Its value at a validation. One that is not a number is the worst.
     *
     * @throws IllegalArgumentException when the validation has no such metric
     */
    double of(Evaluation found) {
        if (name.equals(LOSS.name)) {
            return found.loss();
        }
        Double value = found.metrics().get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "there is no metric " + name + " among " + found.metrics().keySet());
        }
        return Double.isNaN(value) ? greaterIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY : value;
    }

    boolean isBetter(double value, double than) {
        return greaterIsBetter ? value > than : value < than;
    }
}
