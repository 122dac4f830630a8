package org.narrowbert.model.task.prediction;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.narrowbert.model.evaluation.ConfusionMatrix;
import org.narrowbert.model.evaluation.PrecisionRecall;

/**
 * What of predictions is good and what is bad, label by label, for a report.
 *
 * @param confusion how often each label was predicted where each is right; of texts with one label
 * @param classes how well each label is found, or each type of entity, by its name; empty for tasks without
 */
public record Details(Optional<ConfusionMatrix> confusion, SequencedMap<String, PrecisionRecall> classes) {
    public Details {
        classes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(classes));
    }
}
