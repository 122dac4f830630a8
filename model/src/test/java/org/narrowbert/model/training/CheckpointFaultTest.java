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
import org.narrowbert.model.checkpoint.LossTrend;
import org.narrowbert.model.checkpoint.LossWindow;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.checkpoint.TrainingSnapshot;
import org.narrowbert.model.files.DiskRoom;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FaultyFiles;
import org.narrowbert.model.files.FaultyFiles.Fault;

/** Whatever goes wrong while a checkpoint is written, the last good one loads. */
class CheckpointFaultTest {
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
        try (CheckpointSaver saver = new CheckpointSaver(
                new RunCheckpoints(run),
                files -> DurableFile.write(files.resolve("vocab.txt"), new byte[] {'a', '\n'}),
                OptionalInt.of(1),
                Optional.empty())) {
            saver.save(trainer.state(), progress(step));
        }
    }

    private static RunProgress progress(long step) {
        return new RunProgress(
                step, 0.5, step, step, Optional.empty(), LossWindow.EMPTY, LossTrend.NONE, 17, "some text");
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
                        .contains("cannot be written: Input/output error")
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
