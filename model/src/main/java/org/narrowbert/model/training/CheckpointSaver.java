package org.narrowbert.model.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.checkpoint.run.TrainingSnapshot;
import org.narrowbert.model.checkpoint.run.TrainingState;

/**
 * Writes a run's checkpoints, one at a time: with room for a copy of the state, on a thread of its own while training goes on; without, while
 * training waits. Used by the thread that trains.
 */
public final class CheckpointSaver implements AutoCloseable {
    private final RunCheckpoints checkpoints;
    private final Consumer<Path> files;
    private final OptionalInt limit;
    private final Optional<TrainingSnapshot> snapshot;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("checkpoint").daemon().unstarted(task));
    private final List<SaveReport> finished = new ArrayList<>();
    private Optional<Pending> pending = Optional.empty();
    private volatile Optional<Path> last = Optional.empty();

    private record Pending(Future<?> write, long step, double seconds) {}

    /**
     * A saver that has saved nothing yet.
     *
     * @param checkpoints where they go
     * @param files writes the files that lie beside the weights: the tokenizer's, the run's configuration
     * @param limit how many of the newest are kept besides the best; empty for all
     * @param snapshot room for a copy, if saving is to overlap training; the caller closes it after the saver
     */
    public CheckpointSaver(
            RunCheckpoints checkpoints, Consumer<Path> files, OptionalInt limit, Optional<TrainingSnapshot> snapshot) {
        this.checkpoints = checkpoints;
        this.files = files;
        this.limit = limit;
        this.snapshot = snapshot;
    }

    /** Knows a checkpoint that was there before: the one a run was resumed from. */
    public void resumedFrom(Path checkpoint) {
        last = Optional.of(checkpoint);
    }

    /**
     * Saves a state, after waiting for the save before it.
     *
     * @throws RunError when this save, or the one before it in the background, failed, or an older checkpoint could not be removed
     */
    public void save(TrainingState live, RunProgress progress) {
        long begun = System.nanoTime();
        await();
        TrainingState state = snapshot.map(room -> room.take(live)).orElse(live);
        Future<?> write = writer.submit(() -> write(state, progress));
        pending = Optional.of(new Pending(write, progress.step(), (System.nanoTime() - begun) * 1e-9));
        if (snapshot.isEmpty()) {
            complete(begun);
        }
    }

    private void write(TrainingState state, RunProgress progress) {
        Path folder = checkpoints.folder(progress.step());
        RunCheckpoint.write(folder, state, progress, files);
        // Whole from here on, even if an older one cannot be removed.
        last = Optional.of(folder);
        limit.ifPresent(newest ->
                checkpoints.prune(newest, progress.step(), progress.best().map(RunProgress.Best::step)));
    }

    /**
     * The saves that have become whole since the last call; does not wait.
     *
     * @throws RunError when one failed
     */
    public List<SaveReport> finished() {
        if (pending.isPresent() && pending.get().write.isDone()) {
            await();
        }
        List<SaveReport> reports = List.copyOf(finished);
        finished.clear();
        return reports;
    }

    /**
     * Waits until what is being saved is whole.
     *
     * @throws RunError when it failed
     */
    public void await() {
        pending.ifPresent(waited -> {
            pending = Optional.empty();
            get(waited.write);
            report(waited.step, waited.seconds);
        });
    }

    private void complete(long begun) {
        Pending waited = pending.orElseThrow();
        pending = Optional.empty();
        get(waited.write);
        report(waited.step, (System.nanoTime() - begun) * 1e-9);
    }

    private void report(long step, double seconds) {
        finished.add(new SaveReport(step, checkpoints.folder(step), seconds));
    }

    /** The last checkpoint that is known to be whole. */
    public Optional<Path> last() {
        return last;
    }

    private static void get(Future<?> write) {
        try {
            write.get();
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case RunError error -> throw error;
                case Error error -> throw error;
                case RuntimeException error -> throw error;
                case null, default -> throw new AssertionError("a save throws nothing else", failure);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new RunError("saving was interrupted", interruption);
        }
    }

    /** Waits for a save that is going on, whether or not it succeeds; a run that fails keeps what it can. */
    @Override
    public void close() {
        writer.close();
    }
}
