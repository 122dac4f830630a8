package org.narrowbert.model.finetuning;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.TrainingState;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.Targets;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.TaskHead;
import org.narrowbert.model.training.Evaluation;
import org.narrowbert.model.training.StepResult;
import org.narrowbert.model.training.Trainer;
import org.narrowbert.model.training.TrainerOptions;
import org.narrowbert.model.training.TrainingSessions;

/**
 * A model with a task's head in training. The graph ends with the logits; their loss and its gradient are worked out by the batch's {@link Targets}.
 * Owns parameters, gradients, optimizer and sessions.
 */
public final class TaskTrainer implements Trainer<LabelledBatch>, AutoCloseable {
    private final TaskModel model;
    private final TrainerOptions options;
    private final long seed;
    private final Supplier<Scorer> scorers;
    private final TaskHead training;
    private final TaskHead evaluation;
    private final TrainingSessions sessions;

    private TaskTrainer(
            TaskModel model,
            TrainerOptions options,
            Supplier<Scorer> scorers,
            Extents limits,
            long seed,
            Backend backend) {
        this.model = model;
        this.options = options;
        this.scorers = scorers;
        this.seed = seed;
        training = model.head(HeadMode.training(options.lastLayer(), model.frozen()));
        // Frozen alike, so that both graphs have the same parameters.
        evaluation = model.head(new HeadMode(false, options.lastLayer(), model.frozen()));
        Plan trainingPlan = training.trainingPlan(
                limits, options.recomputedLayers(), options.narrowing().attention());
        Plan evaluationPlan = Plan.inference(
                evaluation.graph(), limits, Set.of(), options.narrowing().attention());
        sessions = new TrainingSessions(trainingPlan, evaluationPlan, options.optimizer(), backend);
    }

    /**
     * Allocates everything; parameters are zero until they are initialized or read.
     *
     * @param scorers makes a scorer for each validation
     * @param limits the largest micro-batch
     * @param seed of dropout
     */
    public static TaskTrainer open(
            TaskModel model,
            TrainerOptions options,
            Supplier<Scorer> scorers,
            Extents limits,
            long seed,
            Backend backend) {
        return new TaskTrainer(model, options, scorers, limits, seed, backend);
    }

    @Override
    public StepResult step(List<LabelledBatch> microBatches, long step, double learningRate) {
        double weight = 0;
        long labels = 0;
        long tokens = 0;
        for (LabelledBatch each : microBatches) {
            weight += each.targets().weight();
            labels += each.targets().count();
            tokens += each.batch().tokens().count();
        }
        if (weight == 0) {
            return new StepResult(0, 0, tokens, 0, 0);
        }
        Session session = sessions.training();
        double sum = 0;
        double flops = 0;
        int firstToken = 0;
        boolean accumulate = false;
        for (LabelledBatch each : microBatches) {
            Batch batch = each.batch();
            StepPlace place = new StepPlace(seed, step, firstToken);
            session.forward(batch, place);
            Matrix logits = session.values(training.logits());
            sum += each.targets().loss(logits, batch.narrow(), 1 / weight, session.outputGradient(training.logits()));
            session.backward(batch, place, accumulate);
            flops += session.plan().flops(batch.extents());
            accumulate = true;
            firstToken = Math.addExact(firstToken, batch.tokens().count());
        }
        StepResult result = new StepResult(sum / weight, sessions.gradientNorm(), tokens, labels, flops);
        if (result.finite()) {
            sessions.update(learningRate, result.gradientNorm());
        }
        return result;
    }

    @Override
    public Evaluation evaluate(Iterator<LabelledBatch> batches) {
        return TaskPredictor.evaluate(sessions.evaluation(), evaluation, batches, scorers.get());
    }

    /**
     * The same with the figures of another scorer.
     *
     * @param scorer takes all batches
     * @throws org.narrowbert.engine.error.RunError when the model's logits are not numbers
     */
    public Evaluation evaluate(Iterator<LabelledBatch> batches, Scorer scorer) {
        return TaskPredictor.requireNumbers(TaskPredictor.evaluate(sessions.evaluation(), evaluation, batches, scorer));
    }

    /** What is trained. */
    public TaskModel model() {
        return model;
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
        return sessions.state(ConfigJson.of(model.config(), model.headConfig()), Optional.empty());
    }

    @Override
    public long updates() {
        return sessions.updates();
    }

    @Override
    public boolean isFinite() {
        return sessions.isFinite();
    }

    /**
     * Goes on from a checkpoint's weights and moments.
     *
     * @throws org.narrowbert.engine.error.RunError when the checkpoint is of another model or backend precision, or a weight in it is not a number
     */
    public void restore(RunCheckpoint checkpoint) {
        sessions.restore(checkpoint, state());
    }

    /** How a training step is run. */
    public Plan plan() {
        return sessions.training().plan();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
