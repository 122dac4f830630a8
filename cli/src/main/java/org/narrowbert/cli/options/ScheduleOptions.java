package org.narrowbert.cli.options;

import java.util.Optional;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;
import picocli.CommandLine.Option;

/**
 * Options of the learning-rate schedule, its warm-up among them. Hugging Face's {@code --lr_scheduler_kwargs '{"num_cycles": 3}'} is one option a number here:
 * {@code num_cycles}, {@code power} and {@code lr_end}.
 */
public final class ScheduleOptions {
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

    @Option(names = "--warmup-steps", paramLabel = "N", description = "Steps in which the rate rises from 0.")
    private Optional<Long> warmupSteps = Optional.empty();

    @Option(
            names = "--warmup-ratio",
            paramLabel = "SHARE",
            description = "The same as a share of all steps (default: 0.02; 0.1 for the text that comes along, 0 in"
                    + " fine-tuning).")
    private Optional<Double> warmupRatio = Optional.empty();

    /** What holds where nothing is told. */
    public ScheduleOptions() {}

    /**
     * Steps in which the rate rises from 0.
     *
     * @param steps of the whole run
     * @param otherwise the share of them where nothing is said
     */
    public long warmupSteps(long steps, double otherwise) {
        double ratio = warmupRatio.orElse(otherwise);
        Ranges.check("--warmup-ratio", ratio, ratio >= 0 && ratio <= 1, "from 0 to 1");
        return warmupSteps.orElse((long) Math.ceil(ratio * steps));
    }

    /**
     * What they say.
     *
     * @param otherwise the schedule where none is named
     */
    public ScheduleSettings settings(ScheduleType otherwise) {
        ScheduleSettings settings =
                ScheduleSettings.of(type.map(ScheduleType::named).orElse(otherwise));
        settings = cycles.map(settings::withCycles).orElse(settings);
        settings = power.map(settings::withPower).orElse(settings);
        return end.map(settings::withEndRate).orElse(settings);
    }
}
