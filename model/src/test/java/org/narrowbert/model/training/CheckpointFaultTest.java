package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.run.LossTrend;
import org.narrowbert.model.checkpoint.run.LossWindow;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.checkpoint.run.TrainingSnapshot;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FaultyFiles;
import org.narrowbert.model.files.FaultyFiles.Fault;

/** Whatever goes wrong while a checkpoint is written, the last good one loads. */
class CheckpointFaultTest {
    /** Calls that remove a checkpoint: a rename, its five files, its folder. */
    private static final int REMOVALS = 7;

    @TempDir
    private Path folder;

    private final Backend backend = TinyModels.backend("vector", 1);
    private final MaskedLanguageTrainer trainer =
            TinyModels.trainer(TinyModels.config("{sf}1[s]f:").build(), backend);
    private final FaultyFiles faulty = new FaultyFiles();

    @BeforeEach
    void aGoodCheckpointIsThere() {
        save(folder, 1);
    }

    @AfterEach
    void close() {
        trainer.close();
        backend.close();
    }

    /** Saves as a run does that keeps one checkpoint. */
    private void save(Path run, long step) {
        try (CheckpointSaver saver = saver(run)) {
            saver.save(trainer.state(), progress(step));
        }
    }

    private static CheckpointSaver saver(Path run) {
        return new CheckpointSaver(
                new RunCheckpoints(run),
                files -> DurableFile.write(files.resolve("vocab.txt"), new byte[] {'a', '\n'}),
                OptionalInt.of(1),
                Optional.empty());
    }

    private static RunProgress progress(long step) {
        return new RunProgress(
                step, 0.5, step, step, Optional.empty(), LossWindow.EMPTY, LossTrend.NONE, 17, "some text", false);
    }

    private int callsOfASave() {
        faulty.failAt(Integer.MAX_VALUE, Fault.FAILS);
        save(faulty.path(folder), 2);
        int calls = faulty.calls();
        new RunCheckpoints(folder).clear();
        save(folder, 1);
        return calls;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aSaveThatFailsAtAnyOfItsCallsLeavesAGoodCheckpoint(Fault fault) throws IOException {
        int calls = callsOfASave();
        assertThat(calls).isGreaterThan(30);
        List<Integer> withoutComplaint = new ArrayList<>();
        for (int call = 1; call <= calls; call++) {
            faulty.failAt(call, fault);
            try {
                save(faulty.path(folder), 2);
                withoutComplaint.add(call);
            } catch (RunError error) {
                assertThat(error.getMessage())
                        .as("call %d", call)
                        .contains(folder.toString())
                        .containsPattern("cannot be (written|removed): Input/output error")
                        .doesNotContain("\n");
            }
            faulty.failAt(Integer.MAX_VALUE, Fault.FAILS);
            List<String> damaged = new ArrayList<>();
            RunCheckpoint last = new RunCheckpoints(folder).last(damaged::add).orElseThrow();
            assertThat(damaged).as("call %d", call).isEmpty();
            assertThat(last.progress()).isEqualTo(progress(last.progress().step()));
            trainer.restore(last);
            // What the failed save left behind does not disturb the next one.
            if (last.progress().step() == 2 || call % 5 == 0) {
                save(folder, 3);
                assertThat(new RunCheckpoints(folder)
                                .last(damaged::add)
                                .orElseThrow()
                                .progress())
                        .isEqualTo(progress(3));
                assertThat(damaged).isEmpty();
                new RunCheckpoints(folder).clear();
                save(folder, 1);
            }
        }
        // Files.createDirectories tries again by itself, twice, before it gives up.
        assertThat(withoutComplaint).as("calls whose failure went unnoticed").isSubsetOf(1, 2);
    }

    /** A step is saved again when its validation, which was cut short, is made up for. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aSaveThatReplacesItsStepLeavesTheOldOneOrTheNewAtAnyFailure(Fault fault) throws IOException {
        faulty.failAt(Integer.MAX_VALUE, Fault.FAILS);
        saveAgain();
        int calls = faulty.calls();
        assertThat(calls).isGreaterThan(30);
        int old = 0;
        for (int call = 1; call <= calls; call++) {
            save(folder, 1);
            faulty.failAt(call, fault);
            try {
                saveAgain();
            } catch (RunError error) {
                assertThat(error.getMessage())
                        .as("call %d", call)
                        .containsPattern("cannot be (written|removed): Input/output error")
                        .doesNotContain("\n");
            }
            faulty.failAt(Integer.MAX_VALUE, Fault.FAILS);
            if (fault != Fault.DIES) {
                assertThat(folder.resolve("checkpoint-1"))
                        .as("without a restart, call %d", call)
                        .isDirectory();
            }
            new RunCheckpoints(folder).settle();
            RunCheckpoint last = new RunCheckpoints(folder)
                    .last(damage -> {
                        throw new AssertionError(damage);
                    })
                    .orElseThrow();
            assertThat(last.progress()).as("call %d", call).isIn(progress(1), evaluated());
            trainer.restore(last);
            assertThat(names()).as("call %d", call).containsExactly("checkpoint-1");
            old += last.progress().equals(evaluated()) ? 0 : 1;
        }
        assertThat(old).isBetween(20, calls - 1);
    }

    private void saveAgain() {
        RunCheckpoint.write(
                faulty.path(folder).resolve("checkpoint-1"),
                trainer.state(),
                evaluated(),
                files -> DurableFile.write(files.resolve("vocab.txt"), new byte[] {'b', '\n'}));
    }

    private static RunProgress evaluated() {
        return new RunProgress(
                1,
                0.5,
                1,
                1,
                Optional.of(new RunProgress.Best(1, 2.5)),
                LossWindow.EMPTY,
                LossTrend.NONE,
                17,
                "some text",
                false);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anOlderCheckpointThatCannotBeRemovedIsNamedAndTheNewOneIsTheLastGoodOne() {
        int calls = callsOfASave();
        // The last calls: checkpoint 1 loses its name, its files go one by one, then its folder.
        for (int call = calls - REMOVALS + 1; call <= calls; call++) {
            faulty.failAt(call, Fault.FAILS);
            try (CheckpointSaver saver = saver(faulty.path(folder))) {
                assertThatThrownBy(() -> saver.save(trainer.state(), progress(2)))
                        .as("call %d of %d", call, calls)
                        .isInstanceOf(RunError.class)
                        .hasMessageContaining("checkpoint-1")
                        .hasMessageEndingWith("cannot be removed: Input/output error");
                assertThat(saver.last()).contains(faulty.path(folder).resolve("checkpoint-2"));
            }
            assertThat(RunCheckpoint.open(folder.resolve("checkpoint-2")).progress())
                    .isEqualTo(progress(2));
            new RunCheckpoints(folder).settle();
            new RunCheckpoints(folder).clear();
            save(folder, 1);
        }
    }

    @Test
    void whatAKilledProcessLeftIsPutInOrderAndNothingElseIsTouched() throws IOException {
        Path good = folder.resolve("checkpoint-1");
        Files.move(good, folder.resolve(".checkpoint-1.old"));
        for (String left : List.of(".checkpoint-3.tmp", ".checkpoint-4.gone", ".other.old", ".checkpoint-5x.old")) {
            Files.createDirectories(folder.resolve(left));
            Files.writeString(folder.resolve(left).resolve("half"), "");
        }
        save(folder, 2);
        Files.createDirectories(folder.resolve(".checkpoint-2.old"));
        new RunCheckpoints(folder).settle();
        assertThat(names()).containsExactly(".checkpoint-5x.old", ".other.old", "checkpoint-1", "checkpoint-2");
        assertThat(RunCheckpoint.open(good).progress()).isEqualTo(progress(1));
    }

    @Test
    void laterCheckpointsNeitherCountNorGoWhenOlderOnesArePruned() throws IOException {
        save(folder, 500);
        Files.delete(folder.resolve("checkpoint-500").resolve("vocab.txt"));
        save(folder, 100);
        assertThat(names()).containsExactly("checkpoint-100", "checkpoint-500");
        assertThat(RunCheckpoint.open(folder.resolve("checkpoint-100")).progress())
                .isEqualTo(progress(100));
    }

    /** The run that never stops has none of them; they must not take a place among those that it keeps. */
    @Test
    void checkpointsOfStopsGoOnceThereIsALaterOne() throws IOException {
        RunCheckpoints checkpoints = new RunCheckpoints(folder);
        for (long step = 2; step <= 5; step++) {
            RunProgress progress = progress(step);
            boolean isStop = step == 3 || step == 4;
            RunCheckpoint.write(
                    checkpoints.folder(step),
                    trainer.state(),
                    new RunProgress(
                            step,
                            0.5,
                            step,
                            step,
                            Optional.empty(),
                            progress.window(),
                            progress.trend(),
                            17,
                            "some text",
                            isStop),
                    files -> {});
            checkpoints.prune(3, step, Optional.of(1L));
            assertThat(checkpoints.steps())
                    .isEqualTo(
                            switch ((int) step) {
                                case 2 -> List.of(1L, 2L);
                                case 3 -> List.of(1L, 2L, 3L);
                                case 4 -> List.of(1L, 2L, 4L);
                                default -> List.of(1L, 2L, 5L);
                            });
        }
    }

    @Test
    void aFullDiskIsOneSentence() {
        faulty.because("No space left on device");
        faulty.failAt(8, Fault.TEARS);
        assertThatThrownBy(() -> save(faulty.path(folder), 2))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("No space left on device");
        assertThat(new RunCheckpoints(folder).last(notice -> {}).orElseThrow().progress())
                .isEqualTo(progress(1));
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).as("nothing half-written stays").hasSize(1);
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }

    @Test
    void aRunFolderThatIsGoneIsOneSentence() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> save(file.resolve("run"), 2))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void aCheckpointWhoseWeightsAreNotNumbersIsNotGoneOnFrom() {
        trainer.parameters().decayed().set(0, 7, Double.NaN);
        save(folder, 2);
        RunCheckpoint spoilt = new RunCheckpoints(folder).last(notice -> {}).orElseThrow();
        assertThatThrownBy(() -> trainer.restore(spoilt))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("a weight in " + folder.resolve("checkpoint-2") + " is not a number");
    }

    @Test
    void aDiskTooSmallForTheWholeCheckpointIsRefusedBeforeAnythingIsWritten() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        assertThatThrownBy(() -> DiskRoom.require(folder.resolve("checkpoint-2"), free))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(folder.resolve("checkpoint-2") + " takes ")
                .hasMessageContaining("left; make room or choose another");
        save(folder, 2);
        long written;
        try (Stream<Path> files = Files.list(folder.resolve("checkpoint-2"))) {
            written = files.filter(
                            file -> file.toString().endsWith("r.safetensors") || file.endsWith("model.safetensors"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        // The headers, one line a tensor, are not counted.
        assertThat(trainer.state().bytes()).isBetween(written * 3 / 4, written);
    }

    @Test
    void aFailureInTheBackgroundIsToldAtTheNextSaveAndAtTheLatestAtTheEnd() {
        faulty.failAt(5, Fault.DIES);
        try (TrainingSnapshot room = TrainingSnapshot.open(trainer.parameters().list(), backend);
                CheckpointSaver saver = new CheckpointSaver(
                        new RunCheckpoints(faulty.path(folder)), files -> {}, OptionalInt.empty(), Optional.of(room))) {
            saver.save(trainer.state(), progress(2));
            assertThatThrownBy(saver::await).isInstanceOf(RunError.class).hasMessageContaining("checkpoint-2");
            assertThat(saver.last()).isEmpty();
            assertThat(saver.finished()).isEmpty();
        }
    }
}
