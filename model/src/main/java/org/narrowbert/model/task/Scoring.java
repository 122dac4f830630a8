package org.narrowbert.model.task;

import java.util.List;

/** Predictions against what is known, by the kind of task. */
final class Scoring {
    private Scoring() {}

    static Scores of(Task task, LabelledSet<?> set, List<? extends Prediction> predictions) {
        if (set.examples().size() != predictions.size()) {
            throw new IllegalArgumentException(
                    predictions.size() + " predictions of " + set.examples().size() + " examples");
        }
        throw new UnsupportedOperationException(task.name());
    }
}
