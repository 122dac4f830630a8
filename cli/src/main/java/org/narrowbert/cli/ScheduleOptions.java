package org.narrowbert.cli;

import java.util.Optional;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;
import picocli.CommandLine.Option;

/**
 * Options of the learning-rate schedule. Hugging Face's {@code --lr_scheduler_kwargs '{"num_cycles": 3}'} is one option a number here:
 * {@code num_cycles}, {@code power} and {@code lr_end}.
 */
final class ScheduleOptions {
    @Option(
            names = "--lr-scheduler-type",
            paramLabel = "NAME",
            description = "How the rate changes after the warm-up: linear, cosine, cosine_with_restarts, polynomial,"
                    + " constant_with_warmup, or constant, which has none (default: linear; in fine-tuning"
                    + " cosine_with_restarts).")
    private Optional<String> type = Optional.empty();

    @Option(
            names = "--lr-num-cycles",
            paramLabel = "N",
            description =
                    "Waves of cosine (default: 0.5, which ends at 0); falls of cosine_with_restarts (default: 1).")
    private Optional<Double> cycles = Optional.empty();

    @Option(names = "--lr-power", paramLabel = "P", description = "Power of polynomial (default: 1).")
    private Optional<Double> power = Optional.empty();

    @Option(names = "--lr-end", paramLabel = "RATE", description = "Last rate of polynomial (default: 1e-7).")
    private Optional<Double> end = Optional.empty();

    ScheduleOptions() {}

    /**
     * What they say.
     *
     * @param otherwise the schedule where none is named
     */
    ScheduleSettings settings(ScheduleType otherwise) {
        ScheduleSettings settings =
                ScheduleSettings.of(type.map(ScheduleType::named).orElse(otherwise));
        settings = cycles.map(settings::withCycles).orElse(settings);
        settings = power.map(settings::withPower).orElse(settings);
        return end.map(settings::withEndRate).orElse(settings);
    }
}
