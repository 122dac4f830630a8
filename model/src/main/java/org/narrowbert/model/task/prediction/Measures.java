package org.narrowbert.model.task.prediction;

import java.util.List;

/**
 * How well a task is done.
 *
 * @param names of its figures, as logs and tables show them, such as "accuracy" and "f1"
 * @param deciding which of them says what the best epoch is; higher is better
 */
public record Measures(List<String> names, String deciding) {
    public Measures {
        names = List.copyOf(names);
        if (!names.contains(deciding)) {
            throw new IllegalArgumentException(deciding + " is none of " + names);
        }
    }
}
