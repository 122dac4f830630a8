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
     * Its value at a validation, which may not be a number.
     *
     * @throws IllegalArgumentException when the validation has no such metric
     */
    double of(Evaluation found) {
        if (name.equals(LOSS.name)) {
            return found.predictions() == 0 ? Double.NaN : found.loss();
        }
        Double value = found.metrics().get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "there is no metric " + name + " among " + found.metrics().keySet());
        }
        return value;
    }

    boolean isBetter(double value, double than) {
        return greaterIsBetter ? value > than : value < than;
    }
}
