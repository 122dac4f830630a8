package org.narrowbert.model.task.prediction;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The figures of predictions.
 *
 * @param figures by name, those of the task's measures first, in their order; NaN where one has no value
 * @param deciding the figure that says what the best epoch is; higher is better
 */
public record Scores(SequencedMap<String, Double> figures, double deciding) {
    public Scores {
        figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
    }
}
