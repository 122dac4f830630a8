package org.narrowbert.engine.optimizer;

import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.session.Parameters;

/** AdamW with decoupled weight decay and clipping by global norm. Owns both moments; looks at parameters and gradients. */
public final class AdamW implements AutoCloseable {
    /** PyTorch adds this to the norm it divides by when it clips. */
    private static final double CLIP_EPSILON = 1e-6;

    private final AdamWSettings settings;
    private final Kernels kernels;
    private final Parameters parameters;
    private final Parameters gradients;
    private final Parameters firstMoment;
    private final Parameters secondMoment;
    private long updates;

    private AdamW(
            AdamWSettings settings,
            Kernels kernels,
            Parameters parameters,
            Parameters gradients,
            Parameters firstMoment,
            Parameters secondMoment) {
        this.settings = settings;
        this.kernels = kernels;
        this.parameters = parameters;
        this.gradients = gradients;
        this.firstMoment = firstMoment;
        this.secondMoment = secondMoment;
    }

    /** An optimizer whose moments are zero. */
    public static AdamW open(AdamWSettings settings, Parameters parameters, Parameters gradients, Backend backend) {
        Parameters firstMoment = Parameters.open(parameters.list(), backend);
        try {
            Parameters secondMoment = Parameters.open(parameters.list(), backend);
            return new AdamW(settings, backend.kernels(), parameters, gradients, firstMoment, secondMoment);
        } catch (RuntimeException | Error error) {
            firstMoment.close();
            throw error;
        }
    }

    /** The gradients' norm over all parameters, before clipping; not finite when any gradient is not. */
    public double gradientNorm() {
        return Math.sqrt(kernels.sumOfSquares(gradients.decayed()) + kernels.sumOfSquares(gradients.undecayed()));
    }

    /**
     * Updates all parameters once.
     *
     * @param learningRate of this update
     * @param gradientNorm what {@link #gradientNorm} said of these gradients
     */
    public void step(double learningRate, double gradientNorm) {
        updates++;
        double scale =
                settings.maxGradNorm() > 0 ? Math.min(1, settings.maxGradNorm() / (gradientNorm + CLIP_EPSILON)) : 1;
        AdamWStep decayed = step(learningRate, settings.weightDecay(), scale);
        AdamWStep undecayed = step(learningRate, 0, scale);
        kernels.adamW(
                decayed, parameters.decayed(), gradients.decayed(), firstMoment.decayed(), secondMoment.decayed());
        kernels.adamW(
                undecayed,
                parameters.undecayed(),
                gradients.undecayed(),
                firstMoment.undecayed(),
                secondMoment.undecayed());
    }

    private AdamWStep step(double learningRate, double weightDecay, double scale) {
        return new AdamWStep(
                learningRate,
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                weightDecay,
                1 - Math.pow(settings.beta1(), updates),
                1 - Math.pow(settings.beta2(), updates),
                scale);
    }

    /** Number of updates so far. */
    public long updates() {
        return updates;
    }

    /** Goes on as after so many updates, whose moments were read into {@link #firstMoment} and {@link #secondMoment}. */
    public void restore(long updates) {
        this.updates = updates;
    }

    /** The running mean of the gradients, one value a parameter's element. */
    public Parameters firstMoment() {
        return firstMoment;
    }

    /** The running mean of the squared gradients. */
    public Parameters secondMoment() {
        return secondMoment;
    }

    /** Whether all parameters are numbers. */
    public boolean parametersAreFinite() {
        return Double.isFinite(
                kernels.sumOfSquares(parameters.decayed()) + kernels.sumOfSquares(parameters.undecayed()));
    }

    @Override
    public void close() {
        firstMoment.close();
        secondMoment.close();
    }
}
