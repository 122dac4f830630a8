package org.narrowbert.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.AdamW;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.TrainingState;
import org.narrowbert.model.encoder.ConfigJson;

/**
 * A model's parameters, gradients and optimizer state, and a session each for training and evaluation that take turns in one piece of memory. Owns all
 * of it.
 */
public final class TrainingSessions implements AutoCloseable {
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Parameters parameters;
    private final Parameters gradients;
    private final AdamW optimizer;
    private final Session training;
    private final Session evaluation;

    /**
     * Allocates everything; parameters are zero until they are initialized or read.
     *
     * @param training how a step is run
     * @param evaluation how a validation is run, with the same parameters
     */
    public TrainingSessions(Plan training, Plan evaluation, AdamWSettings settings, Backend backend) {
        try {
            parameters = own(Parameters.open(training.graph().parameters(), backend));
            gradients = own(Parameters.open(training.graph().parameters(), backend));
            optimizer = own(AdamW.open(settings, parameters, gradients, backend));
            Buffer memory = own(backend.allocate(
                    Math.max(training.memory().elements(), evaluation.memory().elements())));
            this.training = own(Session.sharing(memory, training, parameters, gradients, backend));
            this.evaluation = own(Session.sharing(memory, evaluation, parameters, gradients, backend));
        } catch (RuntimeException | Error error) {
            close();
            throw error;
        }
    }

    /** The session of training steps. */
    public Session training() {
        return training;
    }

    /** The session of validations. */
    public Session evaluation() {
        return evaluation;
    }

    /** The model's parameters. */
    public Parameters parameters() {
        return parameters;
    }

    /** The gradients of the last step, before clipping. */
    public Parameters gradients() {
        return gradients;
    }

    /** The gradients' norm over all parameters, before clipping; not finite when any gradient is not. */
    public double gradientNorm() {
        return optimizer.gradientNorm();
    }

    /**
     * Updates all parameters once.
     *
     * @param gradientNorm what {@link #gradientNorm()} said of these gradients
     */
    public void update(double learningRate, double gradientNorm) {
        optimizer.step(learningRate, gradientNorm);
    }

    /** Number of updates made. */
    public long updates() {
        return optimizer.updates();
    }

    /** Whether all weights are numbers. */
    public boolean isFinite() {
        return optimizer.parametersAreFinite();
    }

    /**
     * Everything that updates change, as it is now.
     *
     * @param config the model, with its head
     * @param importance [vocabulary] token importance, where the model has it
     */
    public TrainingState state(ConfigJson config, Optional<float[]> importance) {
        return new TrainingState(
                config, parameters, optimizer.firstMoment(), optimizer.secondMoment(), optimizer.updates(), importance);
    }

    /**
     * Goes on from a checkpoint's weights and moments.
     *
     * @param into the state as it is now
     * @throws RunError when the checkpoint is of another model or backend precision, or a weight in it is not a number
     */
    public void restore(RunCheckpoint checkpoint, TrainingState into) {
        checkpoint.read(into);
        if (!isFinite()) {
            throw new RunError("a weight in " + checkpoint.folder()
                    + " is not a number: go on from an earlier checkpoint by its name, or begin another run");
        }
        optimizer.restore(checkpoint.progress().updates());
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : owned.reversed()) {
            try {
                resource.close();
            } catch (Exception error) {
                throw new AssertionError("closing memory never fails", error);
            }
        }
        owned.clear();
    }
}
