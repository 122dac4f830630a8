package org.narrowbert.model.training;

import java.util.Optional;
import java.util.OptionalDouble;
import org.narrowbert.model.checkpoint.run.LossTrend;
import org.narrowbert.model.checkpoint.run.LossWindow;
import org.narrowbert.model.checkpoint.run.RunProgress;

/** A run's progress while it goes on. Not for several threads. */
final class RunState {
    private final long seed;
    private final String data;
    private final BestMetric metric;
    private long step;
    private long updates;
    private long lastEvaluated;
    private long lastSaved;
    private OptionalDouble lastValue = OptionalDouble.empty();
    private Optional<RunProgress.Best> best;
    private LossWindow window;
    private LossTrend trend;
    private boolean interim;

    /** Goes on from a progress; a checkpoint of it exists unless it is the start. */
    RunState(RunProgress from, BestMetric metric) {
        this.metric = metric;
        seed = from.seed();
        data = from.data();
        step = from.step();
        updates = from.updates();
        lastEvaluated = from.lastEvaluated();
        lastSaved = from.lastEvaluated() < 0 ? -1 : from.step();
        best = from.best();
        window = from.window();
        trend = from.trend();
    }

    long step() {
        return step;
    }

    long lastEvaluated() {
        return lastEvaluated;
    }

    /** The step of the best checkpoint so far, if one was evaluated. */
    Optional<Long> bestStep() {
        return best.map(RunProgress.Best::step);
    }

    LossTrend trend() {
        return trend;
    }

    void stepped(StepResult result, double learningRate, double seconds, long updatesMade) {
        step++;
        updates = updatesMade;
        window = window.plus(new LossWindow(
                1,
                result.loss() * result.predictions(),
                result.tokens(),
                result.predictions(),
                result.flops(),
                result.gradientNorm(),
                learningRate,
                seconds));
        if (result.predictions() > 0) {
            trend = trend.plus(step, result.loss());
        }
    }

    LossWindow takeWindow() {
        LossWindow taken = window;
        window = LossWindow.EMPTY;
        return taken;
    }

    /** The weights as they are now were evaluated; a checkpoint of them that does not know is not this state any more. */
    void evaluated(Evaluation found) {
        lastEvaluated = step;
        lastSaved = -1;
        double value = found.isEmpty() ? Double.NaN : metric.of(found);
        // A correlation is no number where all predictions are alike.
        lastValue = Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    /** Whether a checkpoint holds this very state. */
    boolean isSaved() {
        return lastSaved == step;
    }

    /**
     * A checkpoint is written of the state as it is now; it is the best if its metric is known and better than before, and the run that never stops
     * writes it too.
     *
     * @param scheduled whether that run does
     */
    void saving(boolean scheduled) {
        lastSaved = step;
        interim = !scheduled;
        if (scheduled && lastEvaluated == step && lastValue.isPresent()) {
            double value = lastValue.getAsDouble();
            if (best.isEmpty() || metric.isBetter(value, best.get().value())) {
                best = Optional.of(new RunProgress.Best(step, value));
            }
        }
    }

    RunProgress progress(double epoch) {
        return new RunProgress(step, epoch, updates, lastEvaluated, best, window, trend, seed, data, interim);
    }
}
