package org.narrowbert.cli.finetune;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.narrowbert.cli.inference.PretrainedModelOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.options.OptimizerOptions;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.cli.options.RecomputeOptions;
import org.narrowbert.cli.options.ScheduleOptions;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.ScheduleSettings;
import org.narrowbert.engine.optimizer.ScheduleType;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.finetuning.AnswerRules;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.training.BestMetric;
import org.narrowbert.model.training.StopRules;
import org.narrowbert.model.training.TrainerOptions;
import org.narrowbert.model.training.TrainingSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of fine-tuning beside those of the task and of the run, under the names of Hugging Face's run_glue, run_ner and run_qa. */
final class FineTuneOptions {
    private static final int BATCH = 8;
    private static final int MOST_SEEDS = 100;
    private static final long USUAL_SEED = 42;

    @Mixin
    private PretrainedModelOptions model = new PretrainedModelOptions();

    @Mixin
    private TaskDataOptions data = new TaskDataOptions();

    @Mixin
    private TaskSequenceOptions sequences = new TaskSequenceOptions();

    @Option(
            names = "--per-device-train-batch-size",
            paramLabel = "N",
            defaultValue = "" + BATCH,
            description = "Examples of a micro-batch (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--per-device-eval-batch-size",
            paramLabel = "N",
            defaultValue = "" + BATCH,
            description = "Examples of a validation batch; changes no figure (default: ${DEFAULT-VALUE}).")
    private int evaluationBatchSize;

    @Option(
            names = "--gradient-accumulation-steps",
            paramLabel = "N",
            defaultValue = "1",
            description = "Micro-batches of an optimizer step (default: ${DEFAULT-VALUE}).")
    private int accumulation;

    @Option(
            names = "--num-train-epochs",
            paramLabel = "N",
            description = "Passes over the examples (default: by task; 8 for GLUE, 10 for IMDB, 5 for words).")
    private Optional<Double> epochs = Optional.empty();

    @Option(names = "--max-steps", paramLabel = "N", description = "Optimizer steps; overrides --num-train-epochs.")
    private Optional<Long> maxSteps = Optional.empty();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Highest rate (default: by task; 1e-5 for GLUE, 5e-5 for IMDB and words).")
    private Optional<Double> learningRate = Optional.empty();

    @Mixin
    private ScheduleOptions scheduler = new ScheduleOptions();

    @Mixin
    private OptimizerOptions optimizer = new OptimizerOptions();

    @Option(
            names = "--load-best-model-at-end",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Keep the best epoch's model, not the last one's (default: ${DEFAULT-VALUE}).")
    private RunOptions.Switch loadBest;

    @Option(
            names = "--metric-for-best-model",
            paramLabel = "NAME",
            description = "Which is best: a metric of the task, or loss (default: the task's own).")
    private Optional<String> bestMetric = Optional.empty();

    @Option(
            names = "--early-stopping-patience",
            paramLabel = "N",
            description = "Stop after so many evaluations in a row without a better one (default: never).")
    private Optional<Integer> patience = Optional.empty();

    @Option(
            names = "--class-weights",
            paramLabel = "balanced|W,W,...",
            description =
                    "How much each class counts in the loss: balanced, or a number for each label in their order.")
    private Optional<String> classWeights = Optional.empty();

    @Option(
            names = "--freeze-layers",
            paramLabel = "N",
            description = "Do not train the embeddings and the first N layers; 0 for the embeddings alone.")
    private Optional<Integer> freezeLayers = Optional.empty();

    @Option(
            names = "--seeds",
            paramLabel = "N,N,...",
            split = ",",
            description =
                    "Train once with each of these seeds, each run in OUTPUT-DIR/seed-N, and show mean and deviation.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of everything random; the same seed gives the same bits (default: " + USUAL_SEED + ").")
    private Optional<Long> seed = Optional.empty();

    @Mixin
    private RecomputeOptions recompute = new RecomputeOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    FineTuneOptions() {
        loadBest = RunOptions.Switch.ON;
    }

    /** The pretrained model. */
    PretrainedModelOptions model() {
        return model;
    }

    /** On which examples. */
    TaskDataOptions data() {
        return data;
    }

    int batchSize() {
        return Ranges.atLeastOne("--per-device-train-batch-size", batchSize);
    }

    int evaluationBatchSize() {
        return Ranges.atLeastOne("--per-device-eval-batch-size", evaluationBatchSize);
    }

    int accumulation() {
        return Ranges.atLeastOne("--gradient-accumulation-steps", accumulation);
    }

    /** How examples become sequences. */
    TaskSequenceOptions sequences() {
        return sequences;
    }

    /** How answers are chosen. */
    AnswerRules answerRules(Task task) {
        return sequences.answerRules(task, TunedWith.NOTHING);
    }

    /** The seed of every run, one or several. */
    List<Long> seeds() {
        if (seeds.size() > MOST_SEEDS || seeds.stream().distinct().count() < seeds.size()) {
            throw new UserError("--seeds has " + seeds.size() + " seeds: at most " + MOST_SEEDS + ", each once");
        }
        if (seeds.isEmpty()) {
            return List.of(seed.orElse(USUAL_SEED));
        }
        seed.ifPresent(one -> {
            throw new UserError(
                    "--seed is " + one + ", and --seeds names those of several runs: leave out one of the two");
        });
        return seeds;
    }

    /** Whether each seed's run has a folder of its own. */
    boolean hasSeveralSeeds() {
        return !seeds.isEmpty();
    }

    /** Whether the best checkpoint's model is kept. */
    boolean loadsBest() {
        return loadBest == RunOptions.Switch.ON;
    }

    /** Which part of the encoder stays as it is. */
    FrozenLayers frozen() {
        return freezeLayers
                .map(layers -> {
                    if (layers < 0) {
                        throw new UserError("--freeze-layers is " + layers + ": it must be 0 or more");
                    }
                    return FrozenLayers.upTo(layers);
                })
                .orElse(FrozenLayers.NONE);
    }

    /** How much each class counts in the loss; a task without classes refuses any. */
    ClassWeighting classWeighting() {
        return classWeights.map(ClassWeighting::parse).orElse(ClassWeighting.NONE);
    }

    /**
     * All settings of the run.
     *
     * @param labels of the task, as far as they are known
     * @param stepsPerEpoch optimizer steps that go once through the examples
     */
    TrainingSettings settings(Task task, int labels, long stepsPerEpoch, boolean validates, RunOptions run) {
        FineTuneDefaults defaults = FineTuneDefaults.of(task);
        double passes = epochs.orElse(defaults.epochs());
        Ranges.check("--num-train-epochs", passes, passes > 0 && passes <= 1e6, "above 0");
        long steps = maxSteps.orElseGet(() -> Math.max(1, (long) Math.ceil(passes * stepsPerEpoch)));
        ScheduleSettings schedule = scheduler.settings(ScheduleType.COSINE_WITH_RESTARTS);
        StopRules rules = run.stopRules();
        if (patience.isPresent() && !validates) {
            throw new UserError("--early-stopping-patience waits for a better evaluation, but there is nothing to"
                    + " evaluate on: name a --validation-file, or leave it out");
        }
        TrainingSettings settings = new TrainingSettings(
                steps,
                accumulation(),
                learningRate.orElse(defaults.learningRate()),
                scheduler.warmupSteps(steps, 0),
                schedule,
                optimizer.settings(),
                run.intervalsByEpoch(stepsPerEpoch),
                new StopRules(
                        rules.lossSpike(),
                        rules.maxTrainTime(),
                        patience.map(OptionalInt::of).orElse(OptionalInt.empty())),
                bestMetric(task, labels));
        requireSavedWhenEvaluated(settings, validates);
        return settings;
    }

    /** Only what was saved can be the best: as Hugging Face's trainer does, refuses evaluations whose weights would be lost. */
    private void requireSavedWhenEvaluated(TrainingSettings settings, boolean validates) {
        long evaluation = settings.intervals().evaluation();
        long saving = settings.intervals().saving();
        if (validates && (loadsBest() || patience.isPresent()) && saving % evaluation != 0) {
            throw new UserError("--save-steps is " + saving + " and --eval-steps is " + evaluation
                    + ": the best model can be kept only if every save follows an evaluation, so that the first must be"
                    + " a multiple of the second (or add --load-best-model-at-end off)");
        }
    }

    private BestMetric bestMetric(Task task, int labels) {
        List<String> metrics = task.figures(labels);
        String name = bestMetric
                .map(text -> text.startsWith("eval_") ? text.substring("eval_".length()) : text)
                .orElse(task.measures().deciding());
        if (name.equals(BestMetric.LOSS.name())) {
            return BestMetric.LOSS;
        }
        if (!metrics.contains(name)) {
            throw new UserError("--metric-for-best-model is " + name + ", but " + task.name()
                    + (labels > 2 ? " with " + labels + " labels" : "") + " has "
                    + String.join(
                            ", ",
                            Stream.concat(metrics.stream(), Stream.of(BestMetric.LOSS.name()))
                                    .toList()));
        }
        return new BestMetric(name, Task.isMoreBetter(name));
    }

    /** How the trainer computes, given all settings and the model's layout. */
    TrainerOptions trainer(TrainingSettings settings, Layout layout) {
        return new TrainerOptions(settings.optimizer(), false, recompute.layers(layout), narrowing.narrowing());
    }

    /** How few rows are computed. */
    NarrowingOptions narrowing() {
        return narrowing;
    }
}
