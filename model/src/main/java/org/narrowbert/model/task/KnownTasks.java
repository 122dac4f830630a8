package org.narrowbert.model.task;

import java.util.List;
import java.util.Locale;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.UserError;

/** The tasks that have a name. */
final class KnownTasks {
    private static final List<Task> ALL = List.of();

    private KnownTasks() {}

    static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    static Task named(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(task -> task.name().equals(small))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> nearest = NearestNames.sorted(small, names());
                    return new UserError("there is no task '" + name + "': did you mean "
                            + String.join(" or ", nearest.subList(0, Math.min(2, nearest.size()))) + "? All: "
                            + String.join(", ", names()));
                });
    }
}
