package org.narrowbert.model.training;

import java.nio.file.Path;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.optimizer.Schedule;
import org.narrowbert.model.training.MaskedLanguageTrainer.Evaluation;
import org.narrowbert.model.training.MaskedLanguageTrainer.StepResult;

/** The loop of a pretraining run: steps, evaluations, saves. */
public final class PretrainingRun {
    private final PretrainingSettings settings;
    private final MaskedLanguageTrainer trainer;
    private final PretrainingData data;
    private final ModelWriter writer;
    private final Path outputDirectory;
    private final PretrainingListener listener;
    private Optional<Path> lastSave = Optional.empty();
    private long stepsWithoutMaskedTokens;

    /**
     * A run that looks at what others own.
     *
     * @param outputDirectory where the model is saved at the end; saves on the way go to {@code checkpoint-STEP} in it
     */
    public PretrainingRun(
            PretrainingSettings settings,
            MaskedLanguageTrainer trainer,
            PretrainingData data,
            ModelWriter writer,
            Path outputDirectory,
            PretrainingListener listener) {
        this.settings = settings;
        this.trainer = trainer;
        this.data = data;
        this.writer = writer;
        this.outputDirectory = outputDirectory;
        this.listener = listener;
    }

    /**
     * Trains to the end.
     *
     * @throws RunError when the loss or a gradient is no longer a number; the message says at which step, and which save is the last
     */
    public void run() {
        Schedule schedule = settings.schedule();
        evaluate(0);
        for (long step = 0; step < settings.maxSteps(); step++) {
            double learningRate = settings.learningRate() * schedule.at(step);
            long begun = System.nanoTime();
            StepResult result = trainer.step(data.step(step), step, learningRate);
            if (!result.finite()) {
                throw diverged(
                        step + 1,
                        Double.isFinite(result.loss())
                                ? "the norm of the gradients is " + result.gradientNorm()
                                : "the loss is " + result.loss());
            }
            if (result.maskedTokens() == 0) {
                stepsWithoutMaskedTokens++;
            }
            long made = step + 1;
            listener.stepped(new StepReport(made, result, learningRate, secondsSince(begun)));
            boolean saves = made % settings.saveSteps() == 0 && made < settings.maxSteps();
            if (saves || made % settings.evalSteps() == 0 || made == settings.maxSteps()) {
                evaluate(made);
            }
            if (saves) {
                Path folder = outputDirectory.resolve("checkpoint-" + made);
                save(made, folder, () -> writer.writeFolder(folder));
            }
        }
        save(settings.maxSteps(), outputDirectory, () -> writer.writeInto(outputDirectory));
    }

    /** Steps that were passed over because no token of theirs was masked. */
    public long stepsWithoutMaskedTokens() {
        return stepsWithoutMaskedTokens;
    }

    /** Measures the validation loss, which also shows that the weights are still numbers: nothing is saved before it. */
    private void evaluate(long step) {
        long begun = System.nanoTime();
        Evaluation found = trainer.evaluate(data.validation());
        if (found.maskedTokens() == 0) {
            return;
        }
        if (!Double.isFinite(found.loss())) {
            throw diverged(step, "the validation loss is " + found.loss());
        }
        listener.evaluated(new EvaluationReport(
                step, 0, found.loss(), found.accuracy(), found.maskedTokens(), secondsSince(begun)));
    }

    private void save(long step, Path folder, Runnable write) {
        long begun = System.nanoTime();
        write.run();
        lastSave = Optional.of(folder);
        listener.saved(new SaveReport(step, folder, secondsSince(begun)));
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) * 1e-9;
    }

    private RunError diverged(long step, String what) {
        String saved = lastSave.map(path -> "the last good save is " + path).orElse("nothing had been saved yet");
        return new RunError("training stopped at step " + step + " because " + what + ": " + saved
                + "; try a smaller --learning-rate or a longer --warmup-steps");
    }
}
