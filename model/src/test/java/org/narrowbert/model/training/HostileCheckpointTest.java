package org.narrowbert.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.narrowbert.model.checkpoint.LossTrend;
import org.narrowbert.model.checkpoint.LossWindow;
import org.narrowbert.model.checkpoint.RunCheckpoint;
import org.narrowbert.model.checkpoint.RunCheckpoints;
import org.narrowbert.model.checkpoint.RunProgress;
import org.narrowbert.model.files.DurableFile;

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
        checkpoint = new RunCheckpoints(run).folder(7);
        try (Backend backend = TinyModels.backend("vector", 1);
                MaskedLanguageTrainer trainer =
                        TinyModels.trainer(TinyModels.config("{sf}1[s]f:").build(), backend)) {
            RunCheckpoint.write(
                    checkpoint,
                    trainer.state(),
                    new RunProgress(7, 0.5, 7, 9, Optional.empty(), LossWindow.EMPTY, LossTrend.NONE, 17, "some text"),
                    files -> DurableFile.write(files.resolve("vocab.txt"), new byte[] {'a', '\n'}));
        }
        assertThat(RunCheckpoint.open(checkpoint).progress().step()).isEqualTo(7);
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
        // A run that goes on passes it over, and says so.
        List<String> notices = new ArrayList<>();
        assertThat(new RunCheckpoints(run).last(notices::add)).isEmpty();
        assertThat(notices).hasSize(1).first().asString().contains(words);
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
        for (int length = 0;
                length
                        < new String(sound, StandardCharsets.UTF_8)
                                .stripTrailing()
                                .length();
                length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            refused(file.toString());
        }
    }

    @Test
    void aStateThatWasChangedIsReadOrRefusedInASentence() throws IOException {
        Path file = checkpoint.resolve(STATE);
        byte[] sound = Files.readAllBytes(file);
        Random random = new Random(11);
        int refused = 0;
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] mutated = sound.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, mutated);
            try {
                assertThat(RunCheckpoint.open(checkpoint).progress().step()).isNotNegative();
            } catch (RunError error) {
                assertThat(error.getMessage()).contains(checkpoint.toString()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 2);
    }
}
