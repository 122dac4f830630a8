package org.narrowbert.model.evaluation;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * How well entities are found: those count whose words and type are both right.
 *
 * @param types how well those of each type are found, for types that are right or predicted anywhere, by name
 * @param together of all types' counts together, which papers call F1
 * @param accuracy share of words whose tag is right; NaN of none
 */
public record EntityScores(SequencedMap<String, PrecisionRecall> types, PrecisionRecall together, double accuracy) {
    public EntityScores {
        types = Collections.unmodifiableSequencedMap(new TreeMap<>(types));
    }

    /** Counts of one type. */
    private static final class Counts {
        private long right;
        private long predicted;
        private long actual;
    }

    /**
     * Counts predictions.
     *
     * @param labels tags of each sentence's words: O, or B, I, E or S with a hyphen and the type
     * @param predictions as many for each sentence
     */
    public static EntityScores of(List<List<String>> labels, List<List<String>> predictions) {
        if (labels.size() != predictions.size()) {
            throw new IllegalArgumentException(labels.size() + " sentences and " + predictions.size() + " predictions");
        }
        Map<String, Counts> types = new TreeMap<>();
        long words = 0;
        long rightWords = 0;
        for (int sentence = 0; sentence < labels.size(); sentence++) {
            List<String> right = labels.get(sentence);
            List<String> predicted = predictions.get(sentence);
            if (right.size() != predicted.size()) {
                throw new IllegalArgumentException("sentence " + sentence + " has " + right.size() + " words and "
                        + predicted.size() + " predictions");
            }
            for (int word = 0; word < right.size(); word++) {
                rightWords += right.get(word).equals(predicted.get(word)) ? 1 : 0;
            }
            words += right.size();
            count(Entity.of(right), Entity.of(predicted), types);
        }
        return of(types, (double) rightWords / words);
    }

    private static void count(List<Entity> right, List<Entity> predicted, Map<String, Counts> types) {
        Set<Entity> actual = new HashSet<>(right);
        right.forEach(entity -> counts(types, entity).actual++);
        for (Entity entity : predicted) {
            Counts counts = counts(types, entity);
            counts.predicted++;
            counts.right += actual.contains(entity) ? 1 : 0;
        }
    }

    private static Counts counts(Map<String, Counts> types, Entity entity) {
        return types.computeIfAbsent(entity.type(), _ -> new Counts());
    }

    private static EntityScores of(Map<String, Counts> types, double accuracy) {
        TreeMap<String, PrecisionRecall> scores = new TreeMap<>();
        Counts all = new Counts();
        types.forEach((type, counts) -> {
            scores.put(type, PrecisionRecall.of(counts.right, counts.predicted, counts.actual));
            all.right += counts.right;
            all.predicted += counts.predicted;
            all.actual += counts.actual;
        });
        return new EntityScores(scores, PrecisionRecall.of(all.right, all.predicted, all.actual), accuracy);
    }

    /** How well the types are found together. */
    public PrecisionRecall average(Average average) {
        return Averages.of(average, List.copyOf(types.values()), together);
    }
}
