package org.narrowbert.model.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * How well texts that have any number of labels are labelled.
 *
 * @param labels of each label, how well it is found
 * @param together of all labels' counts together
 * @param exact share of texts all of whose labels are right, and none too many; NaN of none
 */
public record MultiLabelScores(List<PrecisionRecall> labels, PrecisionRecall together, double exact) {
    public MultiLabelScores {
        labels = List.copyOf(labels);
    }

    /**
     * Counts predictions.
     *
     * @param labels how many there are
     * @param right labels of each text
     * @param predictions predicted labels of each text
     */
    public static MultiLabelScores of(int labels, int[][] right, int[][] predictions) {
        if (right.length != predictions.length) {
            throw new IllegalArgumentException(right.length + " labels and " + predictions.length + " predictions");
        }
        long[] both = new long[labels];
        long[] actual = new long[labels];
        long[] predicted = new long[labels];
        long exact = 0;
        for (int text = 0; text < right.length; text++) {
            BitSet has = bits(right[text]);
            BitSet gets = bits(predictions[text]);
            exact += has.equals(gets) ? 1 : 0;
            has.stream().forEach(label -> actual[label]++);
            gets.stream().forEach(label -> predicted[label]++);
            has.and(gets);
            has.stream().forEach(label -> both[label]++);
        }
        List<PrecisionRecall> scores = new ArrayList<>();
        for (int label = 0; label < labels; label++) {
            scores.add(PrecisionRecall.of(both[label], predicted[label], actual[label]));
        }
        long found = Arrays.stream(both).sum();
        long allPredicted = Arrays.stream(predicted).sum();
        long allActual = Arrays.stream(actual).sum();
        return new MultiLabelScores(
                scores, PrecisionRecall.of(found, allPredicted, allActual), (double) exact / right.length);
    }

    private static BitSet bits(int[] labels) {
        BitSet bits = new BitSet();
        for (int label : labels) {
            bits.set(label);
        }
        return bits;
    }

    /** How well the labels are found together; every label counts, also one that no text has. */
    public PrecisionRecall average(Average average) {
        return Averages.of(average, labels, together);
    }
}
