package org.narrowbert.engine.optimizer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.narrowbert.engine.error.NearestNames;
import org.narrowbert.engine.error.UserError;

/** The kinds of learning-rate schedule, under Hugging Face's names ({@code lr_scheduler_type}). */
public enum ScheduleType {
    LINEAR,
    COSINE,
    COSINE_WITH_RESTARTS,
    POLYNOMIAL,
    CONSTANT,
    CONSTANT_WITH_WARMUP;

    /**
     * The schedule of a name; dashes count as underscores.
     *
     * @throws UserError with the names there are, the nearest first
     */
    public static ScheduleType named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT).replace('-', '_');
        List<String> names = Arrays.stream(values()).map(ScheduleType::toString).toList();
        int index = names.indexOf(wanted);
        if (index < 0) {
            throw new UserError("--lr-scheduler-type '" + name + "' is not known: choose "
                    + String.join(", ", NearestNames.sorted(wanted, names)));
        }
        return values()[index];
    }

    /** Hugging Face's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
