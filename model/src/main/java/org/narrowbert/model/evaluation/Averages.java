package org.narrowbert.model.evaluation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Several classes' figures as one. */
final class Averages {
    private Averages() {}

    /**
     * The average; as the peers have it, NaN for the mean of no class at all, and 0 weighted where nothing is right anywhere.
     *
     * @param together the figures of all classes' counts together
     */
    static PrecisionRecall of(Average average, List<PrecisionRecall> classes, PrecisionRecall together) {
        return switch (average) {
            case MICRO -> together;
            case MACRO -> mean(classes, one -> 1, together.support());
            case WEIGHTED ->
                together.support() == 0
                        ? new PrecisionRecall(0, 0, 0, 0)
                        : mean(classes, PrecisionRecall::support, together.support());
        };
    }

    private static PrecisionRecall mean(
            List<PrecisionRecall> classes, ToDoubleFunction<PrecisionRecall> weight, long support) {
        double weights = classes.stream().mapToDouble(weight).sum();
        return new PrecisionRecall(
                sum(classes, weight, PrecisionRecall::precision) / weights,
                sum(classes, weight, PrecisionRecall::recall) / weights,
                sum(classes, weight, PrecisionRecall::f1) / weights,
                support);
    }

    private static double sum(
            List<PrecisionRecall> classes,
            ToDoubleFunction<PrecisionRecall> weight,
            ToDoubleFunction<PrecisionRecall> figure) {
        double sum = 0;
        for (PrecisionRecall one : classes) {
            sum += weight.applyAsDouble(one) * figure.applyAsDouble(one);
        }
        return sum;
    }
}
