package org.narrowbert.model.training;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.optimizer.AdamW;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.TrainingState;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.importance.Chance;
import org.narrowbert.model.importance.TokenImportance;

/**
 * One masked language model in training: its parameters, gradients, optimizer state, token importance, and a session each for training and
 * evaluation that take turns in one piece of memory. Owns all of it.
 */
public final class MaskedLanguageTrainer implements AutoCloseable {
    /** Stands for the step in the random numbers of an evaluation: the same tokens are kept at every one whose importance is the same. */
    private static final long EVALUATION = -1;

    private final BertConfig config;
    private final TrainerOptions options;
    private final long seed;
    private final MaskedLanguageModel training;
    private final MaskedLanguageModel evaluation;
    private final List<AutoCloseable> owned;
    private final Parameters parameters;
    private final Parameters gradients;
    private final AdamW optimizer;
    private final Session trainingSession;
    private final Session evaluationSession;
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
            Backend backend,
            List<AutoCloseable> owned) {
        this.config = config;
        this.options = options;
        this.seed = seed;
        this.importance = importance;
        this.owned = owned;
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
        parameters = own(Parameters.open(training.graph().parameters(), backend));
        gradients = own(Parameters.open(training.graph().parameters(), backend));
        optimizer = own(AdamW.open(options.optimizer(), parameters, gradients, backend));
        Buffer memory = own(backend.allocate(Math.max(
                trainingPlan.memory().elements(), evaluationPlan.memory().elements())));
        trainingSession = own(Session.sharing(memory, trainingPlan, parameters, gradients, backend));
        evaluationSession = own(Session.sharing(memory, evaluationPlan, parameters, gradients, backend));
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
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            return new MaskedLanguageTrainer(config, options, importance, limits, seed, backend, owned);
        } catch (RuntimeException | Error error) {
            closeAll(owned);
            throw error;
        }
    }

    /**
     * What one optimizer step did.
     *
     * @param loss mean cross-entropy over all masked tokens of the step, in nats; 0 when there were none
     * @param gradientNorm over all parameters, before clipping
     * @param tokens number of tokens
     * @param maskedTokens number of masked tokens; where it is 0 nothing was updated
     * @param flops by the plan; a multiplication with its addition counts as two
     */
    public record StepResult(double loss, double gradientNorm, long tokens, long maskedTokens, double flops) {
        /** Whether loss and gradients are numbers, so that the update was made. */
        public boolean finite() {
            return Double.isFinite(loss) && Double.isFinite(gradientNorm);
        }
    }

    /**
     * One optimizer step: forward and backward for every micro-batch, then one update. The loss is the mean over all masked tokens of all
     * micro-batches. Nothing is updated when there is no masked token, or when loss or gradients are not finite.
     *
     * @param microBatches one or more
     * @param step number of the step, which dropout depends on
     * @param learningRate of this update
     */
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
            trainingSession.forward(batch, place);
            sum += sum(trainingSession.values(training.output()));
            importance.ifPresent(tracked -> tracked.record(batch.labels(), trainingSession.values(training.output())));
            trainingSession.outputGradient(training.output()).fill(1.0 / masked);
            trainingSession.backward(batch, place, accumulate);
            flops += trainingSession.plan().flops(batch.extents());
            accumulate = true;
            firstToken = Math.addExact(firstToken, batch.tokens().count());
        }
        StepResult result = new StepResult(sum / masked, optimizer.gradientNorm(), tokens, masked, flops);
        if (result.finite()) {
            optimizer.step(learningRate, result.gradientNorm());
            importance.ifPresent(TokenImportance::update);
        } else {
            importance.ifPresent(TokenImportance::forget);
        }
        return result;
    }

    /**
     * What the model makes of masked tokens that it is not trained on.
     *
     * @param loss mean cross-entropy over all masked tokens, in nats; 0 when there were none
     * @param accuracy share of the masked tokens whose own id has the highest logit, the first of equals; 0 when there were none
     * @param maskedTokens number of masked tokens
     */
    public record Evaluation(double loss, double accuracy, long maskedTokens) {}

    /**
     * The mean loss over all masked tokens of some batches and how many are predicted right, without dropout and, unless the options say
     * otherwise, without dropping tokens.
     *
     * @param batches read once, one after the other
     */
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
            evaluationSession.forward(batch, StepPlace.NONE);
            loss += sum(evaluationSession.values(evaluation.output()));
            correct += sum(evaluationSession.values(right));
            masked += batch.narrow().count();
        }
        return masked == 0 ? new Evaluation(0, 0, 0) : new Evaluation(loss / masked, correct / masked, masked);
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
        return parameters;
    }

    /** The gradients of the last step, before clipping. */
    public Parameters gradients() {
        return gradients;
    }

    /** Everything that updates change, as it is now; its parameters are the trainer's own. */
    public TrainingState state() {
        return new TrainingState(
                config,
                parameters,
                optimizer.firstMoment(),
                optimizer.secondMoment(),
                optimizer.updates(),
                importance.map(TokenImportance::values));
    }

    /** Number of updates made. */
    public long updates() {
        return optimizer.updates();
    }

    /**
     * Goes on from a checkpoint's weights and moments. Token importance is given when a trainer is opened.
     *
     * @throws RunError when the checkpoint is of another model or backend precision, or a weight in it is not a number
     */
    public void restore(RunCheckpoint checkpoint) {
        checkpoint.read(state());
        if (!isFinite()) {
            throw new RunError("a weight in " + checkpoint.folder()
                    + " is not a number: go on from an earlier checkpoint by its name, or begin another run");
        }
        optimizer.restore(checkpoint.progress().updates());
    }

    /** Whether all weights are numbers. */
    public boolean isFinite() {
        return optimizer.parametersAreFinite();
    }

    /** How a training step is run. */
    public Plan plan() {
        return trainingSession.plan();
    }

    /** Token importance, where the layout has brackets. */
    public Optional<TokenImportance> importance() {
        return importance;
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    private static void closeAll(List<AutoCloseable> owned) {
        for (AutoCloseable resource : owned.reversed()) {
            try {
                resource.close();
            } catch (Exception error) {
                throw new AssertionError("closing memory never fails", error);
            }
        }
        owned.clear();
    }

    @Override
    public void close() {
        closeAll(owned);
    }
}
