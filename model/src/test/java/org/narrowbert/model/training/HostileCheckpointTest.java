package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.checkpoint.run.LossTrend;
import org.narrowbert.model.checkpoint.run.LossWindow;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.checkpoint.run.RunProgress;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.files.FaultyFiles;

/** Checkpoints that were damaged after they were written. */
class HostileCheckpointTest {
    private static final String STATE = "trainer_state.json";
    private static final int PLACES = 40;
    private static final int MUTATIONS = 1_000;

    @TempDir
    private Path run;

    private Path checkpoint = Path.of("");

    @BeforeEach
    void writeSound() {
        checkpoint = write(run, 7);
        assertThat(RunCheckpoint.open(checkpoint).progress().step()).isEqualTo(7);
    }

    private static Path write(Path run, long step) {
        Path checkpoint = new RunCheckpoints(run).folder(step);
        try (Backend backend = TinyModels.backend("vector", 1);
                MaskedLanguageTrainer trainer =
                        TinyModels.trainer(TinyModels.config("{sf}1[s]f:").build(), backend)) {
            RunCheckpoint.write(
                    checkpoint,
                    trainer.state(),
                    new RunProgress(
                            step,
                            0.5,
                            7,
                            9,
                            Optional.empty(),
                            LossWindow.EMPTY,
                            LossTrend.NONE,
                            17,
                            "some text",
                            false),
                    files -> DurableFile.write(files.resolve("vocab.txt"), new byte[] {'a', '\n'}));
        }
        return checkpoint;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(checkpoint)) {
            return files.filter(file -> !file.endsWith(STATE)).sorted().toList();
        }
    }

    private void refused(String words) {
        assertThatThrownBy(() -> RunCheckpoint.open(checkpoint))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(words)
                .message()
                .doesNotContain("\n");
        // It is the only one: a run that goes on would start over.
        assertThatThrownBy(() -> new RunCheckpoints(run).last(notice -> {}))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith("no checkpoint in " + run + " is whole: ")
                .hasMessageContaining(words)
                .hasMessageEndingWith("or start over with --overwrite-output-dir")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aFlippedBitInAnyFileIsRefusedByTheFilesName() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(4);
        for (Path file : files()) {
            byte[] sound = Files.readAllBytes(file);
            for (int place = 0; place < sound.length; place += Math.max(1, sound.length / PLACES)) {
                byte[] flipped = sound.clone();
                flipped[place] ^= (byte) (1 << place % 8);
                Files.write(file, flipped);
                refused(file + " was changed after it was written: its checksum is ");
            }
            Files.write(file, sound);
        }
    }

    @Test
    void aFileThatIsCutLongerOrMissingIsRefusedByItsName() throws IOException {
        for (Path file : files()) {
            byte[] sound = Files.readAllBytes(file);
            for (int length : new int[] {0, sound.length / 2, sound.length - 1, sound.length + 1}) {
                Files.write(file, Arrays.copyOf(sound, length));
                refused(file + " has " + length + " bytes, it was written with " + sound.length);
            }
            Files.delete(file);
            refused(checkpoint + " is not whole: it has no " + file.getFileName());
            Files.write(file, sound);
        }
    }

    @Test
    void aStateThatIsCutAnywhereIsRefusedByItsName() throws IOException {
        Path file = checkpoint.resolve(STATE);
        byte[] sound = Files.readAllBytes(file);
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            refused(file.toString());
        }
    }

    @Test
    void aStateThatWasChangedIsRefusedInASentence() throws IOException {
        Path file = checkpoint.resolve(STATE);
        byte[] sound = Files.readAllBytes(file);
        Random random = new Random(11);
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] mutated = sound.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            if (!Arrays.equals(mutated, sound)) {
                Files.write(file, mutated);
                refused(file.toString());
            }
        }
    }

    @Test
    void aFlippedBitInAnyByteOfTheStateIsRefused() throws IOException {
        Path file = checkpoint.resolve(STATE);
        byte[] sound = Files.readAllBytes(file);
        for (int place = 0; place < sound.length; place++) {
            byte[] flipped = sound.clone();
            flipped[place] ^= (byte) (1 << place % 8);
            Files.write(file, flipped);
            refused(file.toString());
        }
    }

    @Test
    void aFolderThatWasNamedForAnotherStepIsRefusedAndOneThatGotANameOfItsOwnIsNot() throws IOException {
        Path own = Files.move(checkpoint, run.resolve("best-model"));
        assertThat(RunCheckpoint.open(own).progress().step()).isEqualTo(7);
        checkpoint = Files.move(own, run.resolve("checkpoint-6"));
        refused(checkpoint + " holds the checkpoint of step 7");
    }

    @Test
    void aFolderWithoutItsStateIsACheckpointThatIsNotWhole() throws IOException {
        Files.delete(checkpoint.resolve(STATE));
        assertThat(new RunCheckpoints(run).steps()).containsExactly(7L);
        refused(checkpoint + " has no " + STATE);
    }

    @Test
    void aDamagedOneIsPassedOverForTheNewestThatIsWhole() throws IOException {
        Path older = write(run, 5);
        write(run, 3);
        Files.delete(checkpoint.resolve("vocab.txt"));
        List<String> notices = new ArrayList<>();
        assertThat(new RunCheckpoints(run).last(notices::add).orElseThrow().folder())
                .isEqualTo(older);
        assertThat(notices).containsExactly(checkpoint + " is not whole: it has no vocab.txt");
    }

    @Test
    void allFindingsAreNamedWhereNoneIsWhole() throws IOException {
        Path older = write(run, 5);
        Files.delete(checkpoint.resolve("vocab.txt"));
        Files.delete(older.resolve(STATE));
        assertThatThrownBy(() -> new RunCheckpoints(run).last(notice -> {}))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("it has no vocab.txt; " + older + " has no " + STATE);
    }

    /** It may be whole: to go on from an older one would delete it. */
    @Test
    void aFileThatCannotBeReadEndsTheSearchInsteadOfBeingTakenForDamage() {
        write(run, 5);
        FaultyFiles faulty = new FaultyFiles();
        faulty.because("Too many open files");
        for (String file : List.of(STATE, "config.json", "model.safetensors", "optimizer.safetensors")) {
            faulty.refuseReading(file);
            assertThatThrownBy(() -> new RunCheckpoints(faulty.path(run)).last(notice -> {}))
                    .isInstanceOf(RunError.class)
                    .hasMessage(checkpoint.resolve(file) + " cannot be read: Too many open files");
        }
    }
}
