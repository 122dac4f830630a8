package org.narrowbert.model.evaluation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How often each label was predicted where each is right, and the figures that follow from that alone.
 *
 * @param counts [right label, predicted label]
 */
public record ConfusionMatrix(List<List<Long>> counts) {
    public ConfusionMatrix {
        counts = counts.stream().map(List::copyOf).toList();
        for (List<Long> row : counts) {
            if (row.size() != counts.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " of " + counts.size() + " classes");
            }
        }
    }

    /**
     * Counts predictions.
     *
     * @param classes how many there are
     * @param labels right class of each example, from 0
     * @param predictions predicted class of each example
     */
    public static ConfusionMatrix of(int classes, int[] labels, int[] predictions) {
        if (labels.length != predictions.length) {
            throw new IllegalArgumentException(labels.length + " labels and " + predictions.length + " predictions");
        }
        long[][] counts = new long[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][predictions[i]]++;
        }
        return new ConfusionMatrix(IntStream.range(0, classes)
                .mapToObj(row -> IntStream.range(0, classes)
                        .mapToObj(column -> counts[row][column])
                        .toList())
                .toList());
    }

    /** Number of classes. */
    public int classes() {
        return counts.size();
    }

    /** How often a class was predicted where another (or the same) is right. */
    public long count(int label, int prediction) {
        return counts.get(label).get(prediction);
    }

    /** How many examples of a class there are. */
    public long actual(int label) {
        return counts.get(label).stream().mapToLong(Long::longValue).sum();
    }

    /** How often a class was predicted. */
    public long predicted(int label) {
        return counts.stream().mapToLong(row -> row.get(label)).sum();
    }

    /** Number of examples. */
    public long total() {
        return IntStream.range(0, classes()).mapToLong(this::actual).sum();
    }

    private long right() {
        return IntStream.range(0, classes())
                .mapToLong(label -> count(label, label))
                .sum();
    }

    /** The share of examples that are predicted right; NaN of none. */
    public double accuracy() {
        return (double) right() / total();
    }

    /** How well one class is found. */
    public PrecisionRecall of(int label) {
        return PrecisionRecall.of(count(label, label), predicted(label), actual(label));
    }

    /** How well the classes are found together; those that are neither right nor predicted anywhere do not count. */
    public PrecisionRecall average(Average average) {
        List<PrecisionRecall> classes = IntStream.range(0, classes())
                .filter(label -> actual(label) + predicted(label) > 0)
                .mapToObj(this::of)
                .toList();
        return Averages.of(average, classes, PrecisionRecall.of(right(), total(), total()));
    }

    /**
     * Matthews' correlation, for any number of classes as Gorodkin (2004) generalised it: 1 for all right, 0 for what chance does, and 0 where all is one
     * class.
     */
    public double matthews() {
        // Sums of products of counts fit doubles exactly up to 94 million examples.
        double total = total();
        double rightTimesTotal = right() * total;
        double chance = 0;
        double squaredPredicted = 0;
        double squaredActual = 0;
        for (int label = 0; label < classes(); label++) {
            double actual = actual(label);
            double predicted = predicted(label);
            chance += actual * predicted;
            squaredPredicted += predicted * predicted;
            squaredActual += actual * actual;
        }
        double product = (total * total - squaredPredicted) * (total * total - squaredActual);
        return product == 0 ? 0 : (rightTimesTotal - chance) / Math.sqrt(product);
    }
}
