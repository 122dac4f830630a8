package org.narrowbert.model.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How often each label was predicted where each is right, and the figures that follow from that alone. Only what was met is held: of thousands of labels
 * each is taken for few.
 *
 * @param rows [right label] counts by the predicted label, each above 0
 */
public record ConfusionMatrix(List<SortedMap<Integer, Long>> rows) {
    public ConfusionMatrix {
        int classes = rows.size();
        rows = rows.stream().map(row -> checked(row, classes)).toList();
    }

    private static SortedMap<Integer, Long> checked(SortedMap<Integer, Long> row, int classes) {
        TreeMap<Integer, Long> met = new TreeMap<>(row);
        met.values().removeIf(count -> count == 0);
        if (!met.isEmpty() && (met.firstKey() < 0 || met.lastKey() >= classes)) {
            throw new IllegalArgumentException("predictions " + met.keySet() + " of " + classes + " classes");
        }
        return Collections.unmodifiableSortedMap(met);
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
        List<SortedMap<Integer, Long>> rows = new ArrayList<>(classes);
        for (int label = 0; label < classes; label++) {
            rows.add(new TreeMap<>());
        }
        for (int i = 0; i < labels.length; i++) {
            rows.get(labels[i]).merge(predictions[i], 1L, Long::sum);
        }
        return new ConfusionMatrix(rows);
    }

    /** Number of classes. */
    public int classes() {
        return rows.size();
    }

    /** How often a class was predicted where another (or the same) is right. */
    public long count(int label, int prediction) {
        return rows.get(label).getOrDefault(prediction, 0L);
    }

    /** How many examples of a class there are. */
    public long actual(int label) {
        return rows.get(label).values().stream().mapToLong(Long::longValue).sum();
    }

    /** [classes] how often each class was predicted. */
    private long[] predicted() {
        long[] predicted = new long[classes()];
        rows.forEach(row -> row.forEach((prediction, count) -> predicted[prediction] += count));
        return predicted;
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

    /** [classes] how well each class is found. */
    public List<PrecisionRecall> labels() {
        long[] predicted = predicted();
        return IntStream.range(0, classes())
                .mapToObj(label -> PrecisionRecall.of(count(label, label), predicted[label], actual(label)))
                .toList();
    }

    /** How well the classes are found together; those that are neither right nor predicted anywhere do not count. */
    public PrecisionRecall average(Average average) {
        long[] predicted = predicted();
        List<PrecisionRecall> labels = labels();
        List<PrecisionRecall> met = IntStream.range(0, classes())
                .filter(label -> predicted[label] + labels.get(label).support() > 0)
                .mapToObj(labels::get)
                .toList();
        return Averages.of(average, met, PrecisionRecall.of(right(), total(), total()));
    }

    /**
     * Matthews' correlation, for any number of classes as Gorodkin (2004) generalised it: 1 for all right, 0 for what chance does, and 0 where all is one
     * class.
     */
    public double matthews() {
        // Sums of products of counts fit doubles exactly up to 94 million examples.
        double total = total();
        double rightTimesTotal = right() * total;
        long[] predictedOfEach = predicted();
        double chance = 0;
        double squaredPredicted = 0;
        double squaredActual = 0;
        for (int label = 0; label < classes(); label++) {
            double actual = actual(label);
            double predicted = predictedOfEach[label];
            chance += actual * predicted;
            squaredPredicted += predicted * predicted;
            squaredActual += actual * actual;
        }
        double product = (total * total - squaredPredicted) * (total * total - squaredActual);
        return product == 0 ? 0 : (rightTimesTotal - chance) / Math.sqrt(product);
    }
}
