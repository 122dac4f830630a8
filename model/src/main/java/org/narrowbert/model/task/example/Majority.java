package org.narrowbert.model.task.example;

import java.util.Optional;

/**
 * What is reached by always answering the most frequent label: no model should do worse.
 *
 * @param label the most frequent one of what is learned from, the first of equals
 * @param share of the examples measured on that have it
 */
public record Majority(String label, double share) {
    /**
     * The baseline of texts with one label; empty for every other kind.
     *
     * @param training where the label is the most frequent
     * @param measured where it is answered
     */
    public static Optional<Majority> of(LabelledSet<?> training, LabelledSet<?> measured) {
        if (training.kind() != TaskKind.SINGLE_LABEL || measured.examples().isEmpty()) {
            return Optional.empty();
        }
        long[] counts = counts(training);
        int most = 0;
        for (int label = 1; label < counts.length; label++) {
            most = counts[label] > counts[most] ? label : most;
        }
        String name = training.labels().get(most);
        double share = (double) counts(measured)[most] / measured.examples().size();
        return Optional.of(new Majority(name, share));
    }

    private static long[] counts(LabelledSet<?> set) {
        long[] counts = new long[set.labels().size()];
        for (Example example : set.examples()) {
            if (example instanceof TextExample text && text.target() instanceof Target.Label(int index)) {
                counts[index]++;
            }
        }
        return counts;
    }

    /** For people. */
    public String text() {
        return "always '%s' would be right in %.1f %%".formatted(label, 100 * share);
    }
}
