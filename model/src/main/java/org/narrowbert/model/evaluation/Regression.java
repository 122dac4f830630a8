package org.narrowbert.model.evaluation;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How near predicted numbers are to the right ones. */
public final class Regression {
    private Regression() {}

    /** The mean of the squared differences; NaN of none. */
    public static double meanSquaredError(double[] labels, double[] predictions) {
        check(labels, predictions);
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double difference = predictions[i] - labels[i];
            sum += difference * difference;
        }
        return sum / labels.length;
    }

    /** Pearson's correlation, from -1 to 1; NaN of fewer than two, or where one side is the same everywhere. */
    public static double pearson(double[] labels, double[] predictions) {
        check(labels, predictions);
        if (labels.length < 2 || isConstant(labels) || isConstant(predictions)) {
            return Double.NaN;
        }
        double labelMean = Arrays.stream(labels).average().orElseThrow();
        double predictionMean = Arrays.stream(predictions).average().orElseThrow();
        double products = 0;
        double labelSquares = 0;
        double predictionSquares = 0;
        for (int i = 0; i < labels.length; i++) {
            double label = labels[i] - labelMean;
            double prediction = predictions[i] - predictionMean;
            products += label * prediction;
            labelSquares += label * label;
            predictionSquares += prediction * prediction;
        }
        double correlation = products / (Math.sqrt(labelSquares) * Math.sqrt(predictionSquares));
        return Math.clamp(correlation, -1, 1);
    }

    /** Spearman's correlation: Pearson's of the ranks, equals sharing the average of their ranks; NaN where Pearson's is, or where any number is NaN. */
    public static double spearman(double[] labels, double[] predictions) {
        check(labels, predictions);
        if (DoubleStream.concat(Arrays.stream(labels), Arrays.stream(predictions))
                .anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        return pearson(ranks(labels), ranks(predictions));
    }

    /** The rank of each value, from 1; equal values have the average of the ranks they take up. */
    static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                // 0.0 and -0.0 are equal numbers, which Double.compare tells apart.
                .sorted((one, other) -> Double.compare(values[one] + 0.0, values[other] + 0.0))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int begin = 0; begin < order.length; ) {
            int end = begin + 1;
            while (end < order.length && values[order[end]] == values[order[begin]]) {
                end++;
            }
            for (int i = begin; i < end; i++) {
                ranks[order[i]] = (begin + 1 + end) / 2.0;
            }
            begin = end;
        }
        return ranks;
    }

    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }

    private static void check(double[] labels, double[] predictions) {
        if (labels.length != predictions.length) {
            throw new IllegalArgumentException(labels.length + " labels and " + predictions.length + " predictions");
        }
    }
}
