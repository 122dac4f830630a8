package org.narrowbert.model.training;

import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.TrainingState;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.importance.Chance;
import org.narrowbert.model.importance.TokenImportance;

/**
 * One masked language model in training: its parameters, gradients, optimizer state, token importance, and a session each for training and
 * evaluation that take turns in one piece of memory. Owns all of it.
 */
public final class MaskedLanguageTrainer implements Trainer<Batch>, AutoCloseable {
    /** The exponential of the loss, among an evaluation's metrics. */
    public static final String PERPLEXITY = "perplexity";

    /** The share of masked tokens that are predicted right, among an evaluation's metrics. */
    public static final String ACCURACY = "masked_accuracy";

    /** Stands for the step in the random numbers of an evaluation: the same tokens are kept at every one whose importance is the same. */
    private static final long EVALUATION = -1;

    private final BertConfig config;
    private final TrainerOptions options;
    private final long seed;
    private final MaskedLanguageModel training;
    private final MaskedLanguageModel evaluation;
    private final TrainingSessions sessions;
    private final Optional<TokenImportance> importance;
    private final int[] keptOffsets;
    private final int[] keptTokens;
    private float[] values = new float[0];

    private MaskedLanguageTrainer(
            BertConfig config,
            TrainerOptions options,
            Optional<TokenImportance> importance,
            Extents limits,
            long seed,
            Backend backend) {
        this.config = config;
        this.options = options;
        this.seed = seed;
        this.importance = importance;
        training = MaskedLanguageModel.training(config, options.lastLayer());
        evaluation = options.dropTokensInEvaluation()
                ? MaskedLanguageModel.droppingEvaluation(config, options.lastLayer())
                : MaskedLanguageModel.evaluation(config, options.lastLayer());
        keptOffsets = new int[limits.sequences() + 1];
        keptTokens = new int[limits.tokens()];
        Plan trainingPlan = training.trainingPlan(
                withKeptRows(limits),
                options.recomputedLayers(),
                options.narrowing().attention());
        Plan evaluationPlan = Plan.inference(
                evaluation.graph(),
                withKeptRows(limits),
                Set.of(),
                options.narrowing().attention());
        sessions = new TrainingSessions(trainingPlan, evaluationPlan, options.optimizer(), backend);
    }

    /** The same with nothing out of the ordinary. */
    public static MaskedLanguageTrainer open(
            BertConfig config,
            AdamWSettings settings,
            Optional<TokenImportance> importance,
            Extents limits,
            long seed,
            Backend backend) {
        return open(config, TrainerOptions.of(settings), importance, limits, seed, backend);
    }

    /**
     * Allocates everything; parameters are zero until they are initialized or read.
     *
     * @param importance token importance, where the layout has brackets
     * @param limits the largest micro-batch; its kept rows are worked out here
     * @param seed of dropout and of tokens kept by chance
     */
    public static MaskedLanguageTrainer open(
            BertConfig config,
            TrainerOptions options,
            Optional<TokenImportance> importance,
            Extents limits,
            long seed,
            Backend backend) {
        return new MaskedLanguageTrainer(config, options, importance, limits, seed, backend);
    }

    @Override
    public StepResult step(List<Batch> microBatches, long step, double learningRate) {
        long masked =
                microBatches.stream().mapToLong(batch -> batch.narrow().count()).sum();
        long tokens =
                microBatches.stream().mapToLong(batch -> batch.tokens().count()).sum();
        if (masked == 0) {
            return new StepResult(0, 0, tokens, 0, 0);
        }
        double sum = 0;
        int firstToken = 0;
        double flops = 0;
        boolean accumulate = false;
        for (Batch given : microBatches) {
            StepPlace place = new StepPlace(seed, step, firstToken);
            Batch batch = withKeptRows(given, step, firstToken);
            sessions.training().forward(batch, place);
            sum += sum(sessions.training().values(training.output()));
            importance.ifPresent(tracked ->
                    tracked.record(batch.labels(), sessions.training().values(training.output())));
            sessions.training().outputGradient(training.output()).fill(1.0 / masked);
            sessions.training().backward(batch, place, accumulate);
            flops += sessions.training().plan().flops(batch.extents());
            accumulate = true;
            firstToken = Math.addExact(firstToken, batch.tokens().count());
        }
        StepResult result = new StepResult(sum / masked, sessions.gradientNorm(), tokens, masked, flops);
        if (result.finite()) {
            sessions.update(learningRate, result.gradientNorm());
            importance.ifPresent(TokenImportance::update);
        } else {
            importance.ifPresent(TokenImportance::forget);
        }
        return result;
    }

    /**
     * The mean loss over all masked tokens of some batches and how many are predicted right, without dropout and, unless the options say
     * otherwise, without dropping tokens.
     *
     * @param batches read once, one after the other
     */
    @Override
    public Evaluation evaluate(Iterator<Batch> batches) {
        Activation right = evaluation.correct().orElseThrow();
        double loss = 0;
        double correct = 0;
        long masked = 0;
        long firstToken = 0;
        while (batches.hasNext()) {
            Batch given = batches.next();
            Batch batch = options.dropTokensInEvaluation() ? withKeptRows(given, EVALUATION, firstToken) : given;
            firstToken += batch.tokens().count();
            sessions.evaluation().forward(batch, StepPlace.NONE);
            loss += sum(sessions.evaluation().values(evaluation.output()));
            correct += sum(sessions.evaluation().values(right));
            masked += batch.narrow().count();
        }
        return masked == 0
                ? Evaluation.EMPTY
                : new Evaluation(loss / masked, metrics(loss / masked, correct / masked), masked);
    }

    /**
     * An evaluation's metrics of masked language models.
     *
     * @param loss mean cross-entropy over all masked tokens, in nats
     * @param accuracy share of the masked tokens whose own id has the highest logit, the first of equals
     */
    public static Map<String, Double> metrics(double loss, double accuracy) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(PERPLEXITY, Math.exp(loss));
        metrics.put(ACCURACY, accuracy);
        return metrics;
    }

    /** The sum of a column, in the order of the rows. */
    private double sum(Matrix column) {
        int count = column.rows();
        if (values.length < count) {
            values = new float[count];
        }
        column.copyTo(MemorySegment.ofArray(values));
        double sum = 0;
        for (int row = 0; row < count; row++) {
            sum += values[row];
        }
        return sum;
    }

    private Batch withKeptRows(Batch batch, long step, long firstToken) {
        Chance chance = Chance.of(config.tokenKeepRandom(), seed, step, firstToken);
        return importance
                .map(tracked -> batch.keeping(tracked.select(
                        batch.tokens(), batch.inputIds(), config.tokenKeep(), chance, keptOffsets, keptTokens)))
                .orElse(batch);
    }

    /** The limits with room for the rows that token dropping keeps, whatever the sequences' lengths. */
    private Extents withKeptRows(Extents limits) {
        if (importance.isEmpty()) {
            return limits;
        }
        int most = (int) (config.tokenKeep() * limits.tokens()) + limits.sequences();
        return limits.keeping(Math.min(limits.tokens(), most));
    }

    /** The model's configuration. */
    public BertConfig config() {
        return config;
    }

    /** How it computes. */
    public TrainerOptions options() {
        return options;
    }

    /** The model's parameters. */
    public Parameters parameters() {
        return sessions.parameters();
    }

    /** The gradients of the last step, before clipping. */
    public Parameters gradients() {
        return sessions.gradients();
    }

    @Override
    public TrainingState state() {
        return sessions.state(ConfigJson.of(config), importance.map(TokenImportance::values));
    }

    @Override
    public long updates() {
        return sessions.updates();
    }

    /**
     * Goes on from a checkpoint's weights and moments. Token importance is given when a trainer is opened.
     *
     * @throws org.narrowbert.engine.error.RunError when the checkpoint is of another model or backend precision, or a weight in it is not a number
     */
    public void restore(RunCheckpoint checkpoint) {
        sessions.restore(checkpoint, state());
    }

    @Override
    public boolean isFinite() {
        return sessions.isFinite();
    }

    /** How a training step is run. */
    public Plan plan() {
        return sessions.training().plan();
    }

    /** Token importance, where the layout has brackets. */
    public Optional<TokenImportance> importance() {
        return importance;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
