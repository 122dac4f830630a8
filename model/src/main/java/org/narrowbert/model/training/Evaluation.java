package org.narrowbert.model.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model makes of labels that it is not trained on.
 *
 * @param loss mean over all predictions; 0 when there were none
 * @param metrics figures by name, in the order in which they are shown; none where nothing was evaluated
 * @param predictions number of labels
 */
public record Evaluation(double loss, Map<String, Double> metrics, long predictions) {
    /** Of no labels. */
    public static final Evaluation EMPTY = new Evaluation(0, Map.of(), 0);

    public Evaluation {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** Whether there was nothing to evaluate. There may be figures of examples none of which has a loss. */
    public boolean isEmpty() {
        return predictions == 0 && metrics.isEmpty();
    }
}
