package org.narrowbert.cli.run;

import java.util.Optional;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.options.OptimizerOptions;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.cli.options.RecomputeOptions;
import org.narrowbert.cli.options.ScheduleOptions;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.training.TrainerOptions;
import org.narrowbert.model.training.TrainingSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the optimizer and of the loop around it, under Hugging Face's names. Defaults of the optimizer are NarrowBERT's. */
public final class TrainingOptions {
    private static final int EMBEDDED_STEPS = 400;
    private static final int EMBEDDED_BATCH = 16;
    private static final int BATCH = 8;
    private static final double EPOCHS = 3;
    private static final double WARMUP_RATIO = 0.02;
    private static final double EMBEDDED_WARMUP_RATIO = 0.1;
    private static final int MOST_TOKENS = 1 << 22;

    @Option(
            names = "--per-device-train-batch-size",
            paramLabel = "N",
            description = "Blocks of a micro-batch (default: 8; 16 for the text that comes along).")
    private Optional<Integer> batchSize = Optional.empty();

    @Option(
            names = "--gradient-accumulation-steps",
            paramLabel = "N",
            defaultValue = "1",
            description = "Micro-batches of an optimizer step (default: ${DEFAULT-VALUE}).")
    private int accumulation;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            description = "Optimizer steps; overrides --num-train-epochs (default: 400 for the text that comes along).")
    private Optional<Long> maxSteps = Optional.empty();

    @Option(names = "--num-train-epochs", paramLabel = "N", description = "Passes over the text (default: 3).")
    private Optional<Double> epochs = Optional.empty();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            defaultValue = "5e-4",
            description = "Highest rate (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Mixin
    private ScheduleOptions scheduler = new ScheduleOptions();

    @Mixin
    private OptimizerOptions optimizer = new OptimizerOptions();

    @Mixin
    private RecomputeOptions recompute = new RecomputeOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    @Option(
            names = "--drop-tokens-in-evaluation",
            description = "Validate with brackets on kept rows alone, as in training: for studies.")
    private boolean dropTokensInEvaluation;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of everything random; the same seed gives the same bits (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** What holds where nothing is told. */
    public TrainingOptions() {}

    /** Of everything random. */
    public long seed() {
        return seed;
    }

    /** Refuses batches of more tokens than a matrix may have rows. */
    public static void checkTokens(int batchSize, int length) {
        if ((long) batchSize * length > MOST_TOKENS) {
            throw new UserError("--per-device-train-batch-size " + batchSize + " x --max-seq-length " + length
                    + " is more than " + MOST_TOKENS + " tokens at once: lower one of the two;"
                    + " --gradient-accumulation-steps makes one step of several batches");
        }
    }

    /** Blocks of a micro-batch. */
    public int batchSize(boolean embedded) {
        return Ranges.atLeastOne("--per-device-train-batch-size", batchSize.orElse(embedded ? EMBEDDED_BATCH : BATCH));
    }

    /** Micro-batches of a step. */
    public int accumulation() {
        return Ranges.atLeastOne("--gradient-accumulation-steps", accumulation);
    }

    /**
     * All settings.
     *
     * @param embedded whether the text is the one that comes along
     * @param blocks number of training blocks, which says how many steps an epoch has
     * @param run how often the run looks up, and when it stops
     */
    public TrainingSettings settings(boolean embedded, long blocks, RunOptions run) {
        long steps = steps(embedded, blocks);
        AdamWSettings adamW = optimizer.settings();
        ScheduleSettings schedule = scheduler.settings(ScheduleType.LINEAR);
        double warmup = embedded ? EMBEDDED_WARMUP_RATIO : WARMUP_RATIO;
        return new TrainingSettings(
                steps,
                accumulation(),
                learningRate,
                scheduler.warmupSteps(steps, schedule.warmsUp() ? warmup : 0),
                schedule,
                adamW,
                run.intervals(steps),
                run.stopRules());
    }

    /** How the trainer computes, given all settings and the model's layout. */
    public TrainerOptions trainer(TrainingSettings settings, Layout layout) {
        return new TrainerOptions(
                settings.optimizer(), dropTokensInEvaluation, recompute.layers(layout), narrowing.narrowing());
    }

    /** How few rows are computed. */
    public Narrowing narrowing() {
        return narrowing.narrowing();
    }

    private long steps(boolean embedded, long blocks) {
        if (maxSteps.isPresent()) {
            return maxSteps.get();
        }
        if (embedded && epochs.isEmpty()) {
            return EMBEDDED_STEPS;
        }
        double passes = epochs.orElse(EPOCHS);
        Ranges.check("--num-train-epochs", passes, passes > 0 && passes <= 1e6, "above 0");
        double perEpoch = (double) blocks / batchSize(embedded) / accumulation();
        return Math.max(1, (long) Math.ceil(passes * perEpoch));
    }
}
