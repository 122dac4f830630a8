package org.narrowbert.cli;

import java.io.PrintWriter;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.training.CheckpointSaver;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.StopRequest;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingRun;
import org.narrowbert.model.training.log.Listeners;
import org.narrowbert.model.training.log.PeakWatch;

/**
 * A run in its folder, from its first weights to its model. Owns backend, trainer and the room for copies.
 */
final class OpenRun implements AutoCloseable {
    private final PretrainOptions options;
    private final RunTask task;
    private final RunFolder folder;
    private final PrintWriter out;
    private final Backend backend;
    private final MaskedLanguageTrainer trainer;
    private final SnapshotRoom room;

    private OpenRun(
            PretrainOptions options,
            RunTask task,
            RunFolder folder,
            PrintWriter out,
            Backend backend,
            MaskedLanguageTrainer trainer) {
        this.options = options;
        this.task = task;
        this.folder = folder;
        this.out = out;
        this.backend = backend;
        this.trainer = trainer;
        this.room = SnapshotRoom.open(options.run().savesInBackground(), trainer, backend);
    }

    /** Sets aside the memory of a run; nothing is computed or written yet. */
    static OpenRun open(PretrainOptions options, RunTask task, RunFolder folder, PrintWriter out) {
        Backend backend = options.backend(task.gemm());
        try {
            MaskedLanguageTrainer trainer = options.trainer(task, backend);
            try {
                return new OpenRun(options, task, folder, out, backend, trainer);
            } catch (RuntimeException | Error failure) {
                trainer.close();
                throw failure;
            }
        } catch (RuntimeException | Error failure) {
            backend.close();
            throw failure;
        }
    }

    /**
     * Trains until something ends the run.
     *
     * @param told what the run was told, which its folder and its checkpoints keep
     * @return the process's exit code
     */
    int run(RunConfig told, Interrupts interrupts) {
        // Before any work: better than after the hours that lead to the first save.
        RunCheckpoint.requireRoom(folder.path(), trainer.state());
        describe();
        ModelFiles files = new ModelFiles(task.config(), task.tokenizer());
        try (CheckpointSaver saver = new CheckpointSaver(
                new RunCheckpoints(folder.path()),
                files.andThen(checkpoint -> RunRecord.write(told, checkpoint)),
                options.run().saveTotalLimit(),
                room.snapshot())) {
            RunProgress from = task.checkpoint()
                    .map(checkpoint -> resume(checkpoint, saver))
                    .orElseGet(this::start);
            write(told);
            StopRequest stop = new StopRequest();
            interrupts.stopBy(stop);
            RunOutcome outcome = train(from, saver, stop);
            if (outcome.reason() == RunOutcome.Reason.COMPLETED) {
                complete(files);
                return 0;
            }
            stopped(outcome);
            return interrupts.exitCode().orElse(0);
        }
    }

    private void describe() {
        new RunDescription(
                        trainer,
                        task.settings(),
                        task.data(),
                        backend,
                        options.batchSize(),
                        task.gemm(),
                        options.compute().threads(),
                        options.run().savesInBackground())
                .print(out);
    }

    /** Writes what the run was told and what it computes; whatever it is refused for was refused before. */
    private void write(RunConfig told) {
        RunRecord.write(told, folder.path());
        folder.keep();
        PlanSheet.ofTraining(
                        task.config(),
                        trainer.options().narrowing(),
                        trainer.options().recomputedLayers(),
                        trainer.plan().limits())
                .write(folder.path(), backend, options.compute().threads());
    }

    private RunProgress start() {
        Initializer.initialize(trainer.parameters(), trainer.config(), options.seed());
        return RunProgress.start(options.seed(), task.text().fingerprint());
    }

    private RunProgress resume(RunCheckpoint from, CheckpointSaver saver) {
        RunLogs.check(folder.path());
        trainer.restore(from);
        saver.resumedFrom(from.folder());
        new RunCheckpoints(folder.path())
                .removeAfter(from.progress().step())
                .forEach(later -> out.println("removed " + later + ", which is later or not whole"));
        out.println("going on from " + from.folder());
        return from.progress();
    }

    private RunOutcome train(RunProgress from, CheckpointSaver saver, StopRequest stop) {
        PeakWatch peak = PeakWatch.of(backend);
        TrainingConsole console =
                new TrainingConsole(out, from.step(), task.settings().maxSteps(), Predictions.MASKED_TOKENS, peak);
        RunOutcome outcome;
        long withoutMaskedTokens;
        try (console;
                RunLogs logs = RunLogs.open(folder.path(), Predictions.MASKED_TOKENS, from, peak)) {
            TrainingListener listener = Listeners.of(folder, peak, console, logs.metrics(), logs.events());
            TrainingRun<Batch> run =
                    new TrainingRun<>(task.settings(), from, trainer, task.data(), saver, listener, stop);
            outcome = run.run();
            withoutMaskedTokens = run.stepsWithoutPredictions();
        }
        out.println();
        out.println(console.summary());
        if (withoutMaskedTokens > 0) {
            out.println("%,d steps had no masked token and were passed over".formatted(withoutMaskedTokens));
        }
        return outcome;
    }

    private void complete(ModelFiles files) {
        RunCheckpoint.model(trainer.state(), files).writeInto(folder.path());
        out.println("the model is in " + folder.path());
        FreshModel.show(trainer, task.tokenizer(), backend, out);
        FreshModel.next(folder.path(), out);
    }

    private void stopped(RunOutcome outcome) {
        out.println(
                switch (outcome.reason()) {
                    case STOPPED ->
                        "stopped at step %,d, which is saved in %s".formatted(outcome.step(), outcome.checkpoint());
                    case OUT_OF_TIME ->
                        "--max-train-time is over at step %,d, which is saved in %s"
                                .formatted(outcome.step(), outcome.checkpoint());
                    case COMPLETED, STOPPED_EARLY -> "";
                });
        out.println("To go on:");
        out.println("  " + ResumeCommand.of(folder.path()));
    }

    @Override
    public void close() {
        try (backend;
                trainer) {
            room.close();
        }
    }
}
