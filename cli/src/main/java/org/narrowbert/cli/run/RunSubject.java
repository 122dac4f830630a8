package org.narrowbert.cli.run;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.Trainer;
import org.narrowbert.model.training.TrainingData;
import org.narrowbert.model.training.TrainingSettings;

/**
 * What a run trains, on what, and what it leaves: all that pretraining and fine-tuning do not have in common. It owns its trainer.
 *
 * @param <B> a batch with what is right for it
 */
public interface RunSubject<B> extends AutoCloseable {
    /** How long the run goes on, how fast it learns and how often it looks up. */
    TrainingSettings settings();

    /** What is trained. */
    Trainer<B> trainer();

    /** What it is trained on. */
    TrainingData<B> data();

    /** What its losses are means over. */
    Predictions predictions();

    /** Tells people what the run is about to do. */
    void describe(Backend backend, PrintWriter out);

    /** Writes what the run computes into its folder. */
    void writePlan(Path run, Backend backend);

    /** Sets the first weights of a run that starts. */
    RunProgress start();

    /** Sets the weights and moments of a run that goes on. */
    void restore(RunCheckpoint from);

    /** Writes what lies beside the weights, of checkpoints and of the model, into the folder that it is given. */
    Consumer<Path> files();

    /** Writes the model into the run's folder, shows what it can do and says what to do with it. */
    void complete(Path run, RunOutcome outcome, Backend backend, PrintWriter out);

    @Override
    void close();
}
