package org.narrowbert.cli.run;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Optional;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.training.CheckpointSaver;
import org.narrowbert.model.training.RunOutcome;
import org.narrowbert.model.training.StopRequest;
import org.narrowbert.model.training.TrainingListener;
import org.narrowbert.model.training.TrainingRun;
import org.narrowbert.model.training.log.Listeners;
import org.narrowbert.model.training.log.MetricsLog;
import org.narrowbert.model.training.log.PeakWatch;

/**
 * A run in its folder, from its first weights to its model. Owns the room for copies; looks at what it trains and at the backend.
 *
 * @param <B> a batch with what is right for it
 */
public final class OpenRun<B> implements AutoCloseable {
    private final RunOptions options;
    private final RunSubject<B> subject;
    private final String command;
    private final RunFolder folder;
    private final Backend backend;
    private final PrintWriter out;
    private final SnapshotRoom room;

    private OpenRun(
            RunOptions options,
            RunSubject<B> subject,
            String command,
            RunFolder folder,
            Backend backend,
            PrintWriter out) {
        this.options = options;
        this.subject = subject;
        this.command = command;
        this.folder = folder;
        this.backend = backend;
        this.out = out;
        this.room = SnapshotRoom.open(
                options.savesInBackground(), subject.trainer().state().weights().list(), backend);
    }

    /**
     * Sets aside the memory for copies of a run's state; nothing is computed or written yet.
     *
     * @param command that trains, such as "pretrain"
     */
    public static <B> OpenRun<B> open(
            RunOptions options,
            RunSubject<B> subject,
            String command,
            RunFolder folder,
            Backend backend,
            PrintWriter out) {
        return new OpenRun<>(options, subject, command, folder, backend, out);
    }

    /**
     * Trains until something ends the run.
     *
     * @param told what the run was told, which its folder and its checkpoints keep
     * @param checkpoint where it goes on from; empty when it starts
     * @return the process's exit code
     */
    public int run(RunConfig told, Optional<RunCheckpoint> checkpoint, Interrupts interrupts) {
        // Before any work: better than after the hours that lead to the first save.
        RunCheckpoint.requireRoom(folder.path(), subject.trainer().state());
        subject.describe(backend, out);
        try (CheckpointSaver saver = new CheckpointSaver(
                new RunCheckpoints(folder.path()),
                subject.files().andThen(saved -> RunRecord.write(told, command, saved)),
                options.saveTotalLimit(),
                room.snapshot())) {
            RunProgress from = checkpoint.map(saved -> resume(saved, saver)).orElseGet(this::start);
            write(told);
            StopRequest stop = new StopRequest();
            interrupts.stopBy(stop);
            RunOutcome outcome = train(from, saver, stop);
            if (outcome.reason().isComplete()) {
                subject.complete(folder.path(), outcome, backend, out);
                return 0;
            }
            stopped(outcome);
            return interrupts.exitCode().orElse(0);
        }
    }

    /** Writes what the run was told and what it computes; whatever it is refused for was refused before. */
    private void write(RunConfig told) {
        RunRecord.write(told, command, folder.path());
        folder.keep();
        subject.writePlan(folder.path(), backend);
    }

    /** Begins anew; only now, when nothing can be refused any more, goes what a run left that this one replaces. */
    private RunProgress start() {
        RunProgress begun = subject.start();
        if (!options.resumes()) {
            new RunCheckpoints(folder.path()).clear();
        }
        return begun;
    }

    private RunProgress resume(RunCheckpoint from, CheckpointSaver saver) {
        RunLogs.check(folder.path());
        if (!Files.exists(folder.path().resolve(MetricsLog.FILE_NAME))) {
            out.println(MetricsLog.FILE_NAME + " is not in " + folder.path() + ": the log begins anew at step "
                    + from.progress().step());
        }
        subject.restore(from);
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
                new TrainingConsole(out, from.step(), subject.settings().maxSteps(), subject.predictions(), peak);
        RunOutcome outcome;
        long withoutPredictions;
        try (console;
                RunLogs logs = RunLogs.open(folder.path(), subject.predictions(), from, peak)) {
            TrainingListener listener = Listeners.of(folder, peak, console, logs.metrics(), logs.events());
            TrainingRun<B> run = new TrainingRun<>(
                    subject.settings(), from, subject.trainer(), subject.data(), saver, listener, stop);
            outcome = run.run();
            withoutPredictions = run.stepsWithoutPredictions();
        }
        out.println();
        out.println(console.summary());
        if (withoutPredictions > 0) {
            out.println("%,d steps had no %s and were passed over"
                    .formatted(withoutPredictions, subject.predictions().text()));
        }
        return outcome;
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
        out.println("  " + ResumeCommand.of(command, folder.path()));
    }

    @Override
    public void close() {
        room.close();
    }
}
