package org.narrowbert.cli.pretrain;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.narrowbert.cli.model.ModelFiles;
import org.narrowbert.cli.plan.PlanSheet;
import org.narrowbert.cli.run.RunDescription;
import org.narrowbert.cli.run.RunSubject;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.PretrainingData;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.TrainingData;
import org.narrowbert.model.training.TrainingSettings;

/**
 * Pretraining of a masked language model on text.
 *
 * @param trainer owned
 */
record PretrainingSubject(PretrainOptions options, RunTask task, MaskedLanguageTrainer trainer)
        implements RunSubject<Batch> {
    /** Sets aside the memory of what is trained. */
    static PretrainingSubject open(PretrainOptions options, RunTask task, Backend backend) {
        return new PretrainingSubject(options, task, options.trainer(task, backend));
    }

    @Override
    public TrainingSettings settings() {
        return task.settings();
    }

    @Override
    public TrainingData<Batch> data() {
        return task.data();
    }

    @Override
    public Predictions predictions() {
        return Predictions.MASKED_TOKENS;
    }

    @Override
    public void describe(Backend backend, PrintWriter out) {
        PretrainingData data = task.data();
        new RunDescription(
                        "%,d %s to train on, %,d to validate with"
                                .formatted(data.trainingSamples(), data.description(), data.validationSamples()),
                        task.config(),
                        trainer.plan(),
                        trainer.options().recomputedLayers(),
                        task.settings(),
                        data.epochs(task.settings().maxSteps()),
                        options.batchSize(),
                        new RunDescription.Computing(
                                backend, task.gemm(), options.compute().threads()),
                        options.run().savesInBackground())
                .print(out);
    }

    @Override
    public void writePlan(Path run, Backend backend) {
        PlanSheet.ofTraining(
                        task.config(),
                        trainer.options().narrowing(),
                        trainer.options().recomputedLayers(),
                        trainer.plan().limits())
                .write(run, backend, options.compute().threads());
    }

    @Override
    public RunProgress start() {
        Initializer.initialize(trainer.parameters(), trainer.config(), options.seed());
        return RunProgress.start(options.seed(), task.text().fingerprint());
    }

    @Override
    public void restore(RunCheckpoint from) {
        trainer.restore(from);
    }

    @Override
    public Consumer<Path> files() {
        return new ModelFiles(task.config(), task.tokenizer());
    }

    @Override
    public void complete(Path run, RunOutcome outcome, Backend backend, PrintWriter out) {
        RunCheckpoint.model(trainer.state(), files()).writeInto(run);
        out.println("the model is in " + run);
        FreshModel.show(trainer, task.tokenizer(), backend, out);
        FreshModel.next(run, out);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
