package org.narrowbert.model.training;

import java.nio.file.Files;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.Schedule;
import org.narrowbert.model.checkpoint.run.LossWindow;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.training.RunOutcome.Reason;

/**
 * The loop of a run: steps, log lines, evaluations, checkpoints. A run that goes on from a checkpoint does and reports what the
 * run that was never stopped would have, to the bit; only times differ.
 *
 * @param <B> a batch with what is right for it
 */
public final class TrainingRun<B> {
    private final TrainingSettings settings;
    private final Trainer<B> trainer;
    private final TrainingData<B> data;
    private final CheckpointSaver saver;
    private final TrainingListener listener;
    private final StopRequest stop;
    private final Schedule schedule;
    private final LongSupplier nanoTime;
    private RunState state;
    private long stepsWithoutPredictions;

    /**
     * A run from the start or from a checkpoint's progress; it looks at what others own.
     *
     * @throws org.narrowbert.engine.error.UserError when the run was told to end before that progress
     */
    public TrainingRun(
            TrainingSettings settings,
            RunProgress from,
            Trainer<B> trainer,
            TrainingData<B> data,
            CheckpointSaver saver,
            TrainingListener listener,
            StopRequest stop) {
        this(settings, from, trainer, data, saver, listener, stop, System::nanoTime);
    }

    /** The same with a clock of its own, which says when its time is over. */
    TrainingRun(
            TrainingSettings settings,
            RunProgress from,
            Trainer<B> trainer,
            TrainingData<B> data,
            CheckpointSaver saver,
            TrainingListener listener,
            StopRequest stop,
            LongSupplier nanoTime) {
        settings.requireReachable(from.step());
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.trainer = trainer;
        this.data = data;
        this.saver = saver;
        this.listener = listener;
        this.stop = stop;
        this.schedule = settings.schedule();
        this.state = new RunState(from, settings.bestMetric());
    }

    /**
     * Trains to the end, or until it is asked to stop; either way the last state is saved.
     *
     * @throws RunError when the loss or a gradient is no longer a number or the loss rises too far, with the step in the message; or when a
     *     checkpoint or a log cannot be written. The message ends with the last good checkpoint
     */
    public RunOutcome run() {
        try {
            return loop();
        } catch (RunError error) {
            throw new RunError(error.getMessage() + "; " + lastSave(error), error);
        }
    }

    private RunOutcome loop() {
        long begun = nanoTime.getAsLong();
        evaluateIfDue();
        saveIfDue();
        while (!isOver() && !stop.isMade() && !isOutOfTime(begun)) {
            step();
            refuseSpikes();
            evaluateIfDue();
            saveIfDue();
            reportSaves();
        }
        boolean completed = isOver() && !evaluationIsDue();
        if (!state.isSaved()) {
            save();
        }
        saver.await();
        reportSaves();
        return new RunOutcome(
                reason(completed),
                state.step(),
                saver.last().orElseThrow(),
                progress().best());
    }

    private Reason reason(boolean completed) {
        if (completed) {
            return state.step() >= settings.maxSteps() ? Reason.COMPLETED : Reason.STOPPED_EARLY;
        }
        return stop.isMade() ? Reason.STOPPED : Reason.OUT_OF_TIME;
    }

    private boolean isOver() {
        return state.step() >= settings.maxSteps() || isOutOfPatience();
    }

    /** Whether so many validations in a row were no better than the best checkpoint's; a function of the progress, so that a resumed run ends there too. */
    private boolean isOutOfPatience() {
        OptionalInt patience = settings.stopRules().patience();
        return patience.isPresent()
                && state.bestStep()
                        .map(best -> state.lastEvaluated() - best
                                >= patience.getAsInt() * settings.intervals().evaluation())
                        .orElse(false);
    }

    private boolean isOutOfTime(long begun) {
        return settings.stopRules()
                .maxTrainTime()
                .map(most -> nanoTime.getAsLong() - begun >= most.toNanos())
                .orElse(false);
    }

    private void step() {
        long step = state.step();
        double learningRate = settings.learningRate() * schedule.at(step);
        long begun = System.nanoTime();
        StepResult result = trainer.step(data.step(step), step, learningRate);
        double seconds = secondsSince(begun);
        if (!result.finite()) {
            throw diverged(
                    step + 1,
                    Double.isFinite(result.loss())
                            ? "the norm of the gradients is " + result.gradientNorm()
                            : "the loss is " + result.loss());
        }
        if (result.predictions() == 0) {
            stepsWithoutPredictions++;
        }
        state.stepped(result, learningRate, seconds, trainer.updates());
        listener.stepped(new StepReport(state.step(), result, learningRate, seconds));
        if (state.step() % settings.intervals().logging() == 0 || state.step() == settings.maxSteps()) {
            log();
        }
    }

    private void log() {
        LossWindow window = state.takeWindow();
        listener.logged(new TrainingReport(
                state.step(),
                data.epochs(state.step()),
                window.loss(),
                window.gradientNorm(),
                window.learningRate(),
                window.steps(),
                window.tokens(),
                window.predictions(),
                window.flops(),
                window.seconds()));
    }

    private void refuseSpikes() {
        settings.stopRules().lossSpike().ifPresent(most -> {
            if (state.trend().rise() > most) {
                throw diverged(
                        state.step(),
                        "the running average of the loss, %.3f, is %.3f above its lowest, that of step %d (more than --stop-on-loss-spike %s)"
                                .formatted(
                                        state.trend().average(),
                                        state.trend().rise(),
                                        state.trend().lowestStep(),
                                        most));
            }
        });
    }

    /** Steps of this process that were passed over because there was nothing in them to predict: in pretraining, no token was masked. */
    public long stepsWithoutPredictions() {
        return stepsWithoutPredictions;
    }

    /** How far the run is. */
    public RunProgress progress() {
        return state.progress(data.epochs(state.step()));
    }

    private boolean evaluationIsDue() {
        long step = state.step();
        return state.lastEvaluated() < step
                && (step == 0 || step % settings.intervals().evaluation() == 0 || step == settings.maxSteps());
    }

    private void evaluateIfDue() {
        if (!evaluationIsDue()) {
            return;
        }
        long begun = System.nanoTime();
        Evaluation found = trainer.evaluate(watched(data.validation()));
        if (stop.isMade()) {
            // Evaluated in part: the resumed run does it again from the start.
            return;
        }
        if (!Double.isFinite(found.loss())) {
            throw diverged(state.step(), "the validation loss is " + found.loss());
        }
        state.evaluated(found);
        if (found.isEmpty()) {
            return;
        }
        listener.evaluated(new EvaluationReport(
                state.step(),
                data.epochs(state.step()),
                found.loss(),
                found.metrics(),
                found.predictions(),
                secondsSince(begun)));
    }

    /** The batches, until the run is asked to stop; the listener is told how far they are. */
    private Iterator<B> watched(Iterator<B> batches) {
        return new Iterator<>() {
            private long done;

            @Override
            public boolean hasNext() {
                return !stop.isMade() && batches.hasNext();
            }

            @Override
            public B next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                listener.evaluating(done, data.validationSamples());
                B batch = batches.next();
                done += data.samples(batch);
                return batch;
            }
        };
    }

    /** At the start this saves again what was saved without its validation, which was cut short. */
    private void saveIfDue() {
        if (saveIsScheduled() && state.step() < settings.maxSteps() && !state.isSaved()) {
            save();
        }
    }

    /** Whether the run that never stops saves this step: every so often, and the last. */
    private boolean saveIsScheduled() {
        long step = state.step();
        return step == settings.maxSteps()
                || (step > 0 && step % settings.intervals().saving() == 0);
    }

    private void save() {
        if (!trainer.isFinite()) {
            throw diverged(state.step(), "a weight is not a number");
        }
        listener.saving();
        state.saving(saveIsScheduled());
        saver.save(trainer.state(), progress());
    }

    private void reportSaves() {
        saver.finished().forEach(listener::saved);
    }

    /** The last good checkpoint in words; a save that was going on when the run failed may have become it. */
    private String lastSave(RunError failure) {
        try {
            saver.await();
        } catch (RunError error) {
            failure.addSuppressed(error);
        }
        return saver.last()
                .map(last -> Files.isDirectory(last)
                        ? "the last good checkpoint is " + last
                        : "the last checkpoint, " + last + ", is gone too")
                .orElse("nothing had been saved yet");
    }

    private RunError diverged(long step, String what) {
        return new RunError("training stopped at step " + step + " because " + what
                + ": try a smaller --learning-rate or a longer --warmup-steps");
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) * 1e-9;
    }
}
