package org.narrowbert.model.training.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.Predictions;
import org.narrowbert.model.training.TrainingReport;

class MetricsLogTest {
    private static final MachinePeak PEAK = new MachinePeak(50, 100, 20, 2, 256);
    private static final String SOUND =
            "{\"step\":2,\"epoch\":0.1,\"eval_loss\":2.5,\"eval_masked_tokens\":9," + "\"timing\":{\"seconds\":1.0}}\n";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve(MetricsLog.FILE_NAME);
    }

    @Test
    void writesHuggingFacesKeysAndAllThatDependsOnTheClockInOneObject() throws IOException {
        try (MetricsLog log = MetricsLog.create(file(), Predictions.MASKED_TOKENS, () -> Optional.of(PEAK))) {
            log.evaluated(
                    new EvaluationReport(0, 0, Math.log(8), MaskedLanguageTrainer.metrics(Math.log(8), 0.25), 40, 1.5));
            log.logged(new TrainingReport(10, 0.5, 2.25, 0.75, 5e-4, 10, 1_000, 150, 6e10, 2));
        }
        assertThat(Files.readAllLines(file()))
                .containsExactly(
                        "{\"step\":0,\"epoch\":0.0,\"eval_loss\":2.0794415416798357,\"eval_perplexity\":"
                                + Math.exp(Math.log(8))
                                + ",\"eval_masked_accuracy\":0.25,\"eval_masked_tokens\":40,"
                                + "\"timing\":{\"seconds\":1.5}}",
                        "{\"step\":10,\"epoch\":0.5,\"loss\":2.25,\"grad_norm\":0.75,\"learning_rate\":5.0E-4,"
                                + "\"tokens\":1000,\"masked_tokens\":150,\"timing\":{\"seconds\":2.0,"
                                + "\"tokens_per_second\":500.0,\"masked_tokens_per_second\":75.0,"
                                + "\"flops_per_second\":3.0E10,\"share_of_peak\":0.3}}");
    }

    @Test
    void aLineStandsInTheFileAsSoonAsItIsWritten() throws IOException {
        try (MetricsLog log = MetricsLog.create(file(), Predictions.MASKED_TOKENS, Optional::empty)) {
            log.logged(Reports.training(1, 1));
            assertThat(Files.readAllLines(file())).hasSize(1);
            log.evaluated(Reports.evaluation(1, 1));
            log.saving();
            assertThat(Files.readAllLines(file())).hasSize(2);
        }
    }

    @Test
    void whatIsNotKnownIsLeftOut() throws IOException {
        try (MetricsLog log = MetricsLog.create(file(), Predictions.MASKED_TOKENS, Optional::empty)) {
            log.evaluated(new EvaluationReport(0, 0, 800, MaskedLanguageTrainer.metrics(800, Double.NaN), 40, 1));
            log.logged(new TrainingReport(1, 0.5, 2.25, 0.75, 5e-4, 10, 1_000, 150, 6e10, 0));
        }
        assertThat(Files.readString(file())).doesNotContain("perplexity", "accuracy", "share_of_peak", "NaN", "Inf");
        assertThat(MetricsReader.readAll(file())).hasSize(2);
    }

    @Test
    void whatWasWrittenIsReadAsItWas() {
        TrainingReport training = new TrainingReport(4, 0.1, 2.1, 0.7, 3e-4, 10, 1_000, 150, 6e10, 2);
        EvaluationReport evaluation =
                new EvaluationReport(4, 0.1, 2.3, MaskedLanguageTrainer.metrics(2.3, 0.31), 77, 0.25);
        try (MetricsLog log = MetricsLog.create(file(), Predictions.MASKED_TOKENS, () -> Optional.of(PEAK))) {
            log.logged(training);
            log.evaluated(evaluation);
        }
        assertThat(MetricsReader.readAll(file()))
                .containsExactly(
                        MetricsLine.Training.of(training, Optional.of(PEAK)),
                        new MetricsLine.Evaluation(4, 0.1, 2.3, MaskedLanguageTrainer.metrics(2.3, 0.31), 77, 0.25));
    }

    @Property(tries = 200)
    void aRunThatWasKilledAtAnyByteAndGoesOnLeavesTheFileOfTheUnbrokenRun(
            @ForAll @IntRange(max = 30) int checkpoint, @ForAll @IntRange(max = 20) int later, @ForAll int torn)
            throws IOException {
        Path unbroken = Files.createTempFile("metrics", ".jsonl");
        Path killed = Files.createTempFile("metrics", ".jsonl");
        try {
            try (MetricsLog log = MetricsLog.create(unbroken, Predictions.MASKED_TOKENS, Optional::empty)) {
                Reports.run(log, 0, 40, 1);
            }
            // What was written up to the checkpoint is there; of what came after it, a part.
            try (MetricsLog log = MetricsLog.create(killed, Predictions.MASKED_TOKENS, Optional::empty)) {
                Reports.run(log, 0, checkpoint, 2);
            }
            int safe = (int) Files.size(killed);
            try (MetricsLog log =
                    MetricsLog.open(killed, Predictions.MASKED_TOKENS, checkpoint, checkpoint, Optional::empty)) {
                Reports.run(log, checkpoint + 1, checkpoint + later, 2);
            }
            byte[] all = Files.readAllBytes(killed);
            Files.write(killed, Arrays.copyOf(all, safe + Math.floorMod(torn, all.length - safe + 1)));
            try (MetricsLog log =
                    MetricsLog.open(killed, Predictions.MASKED_TOKENS, checkpoint, checkpoint, Optional::empty)) {
                Reports.run(log, checkpoint + 1, 40, 3);
            }
            assertThat(withoutTiming(killed)).isEqualTo(withoutTiming(unbroken)).hasSize(34);
        } finally {
            Files.delete(unbroken);
            Files.delete(killed);
        }
    }

    @Property(tries = 500)
    void anyBytesAreLinesOrOneSentence(@ForAll @IntRange(max = 1000) int place, @ForAll byte[] insert)
            throws IOException {
        Path file = Files.createTempFile("metrics", ".jsonl");
        try {
            try (MetricsLog log = MetricsLog.create(file, Predictions.MASKED_TOKENS, Optional::empty)) {
                Reports.run(log, 0, 6, 1);
            }
            byte[] bytes = Files.readAllBytes(file);
            System.arraycopy(insert, 0, bytes, place, Math.min(insert.length, bytes.length - place));
            Files.write(file, bytes);
            try {
                assertThat(MetricsReader.readAll(file)).hasSizeLessThanOrEqualTo(7);
            } catch (RunError refused) {
                assertThat(refused).hasMessageStartingWith(file + " line ").hasMessageNotContaining("\n");
            }
        } finally {
            Files.delete(file);
        }
    }

    private static List<String> withoutTiming(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceFirst("\"timing\":\\{[^}]*}", ""))
                .toList();
    }

    @Test
    void aNewRunBeginsANewFile() throws IOException {
        Files.writeString(file(), SOUND);
        MetricsLog.create(file(), Predictions.MASKED_TOKENS, Optional::empty).close();
        assertThat(file()).isEmptyFile();
    }

    @Test
    void aRunThatGoesOnWithoutAFileBeginsOne() {
        MetricsLog.open(file(), Predictions.MASKED_TOKENS, 12, 12, Optional::empty)
                .close();
        assertThat(file()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "thesis, chapter 1\n",
                "\n",
                "[1, 2]\n",
                "{\"step\":2}\n",
                "{\"step\":2.5,\"epoch\":0.1,\"eval_loss\":2.5,\"eval_masked_tokens\":9,\"timing\":{\"seconds\":1.0}}\n",
                "{\"step\":-1,\"epoch\":0.1,\"eval_loss\":2.5,\"eval_masked_tokens\":9,\"timing\":{\"seconds\":1.0}}\n",
                "{\"step\":2,\"epoch\":0.1,\"eval_loss\":\"low\",\"eval_masked_tokens\":9,\"timing\":{\"seconds\":1.0}}\n",
                "{\"step\":2,\"epoch\":0.1,\"eval_loss\":1e999,\"eval_masked_tokens\":9,\"timing\":{\"seconds\":1.0}}\n",
                "{\"step\":2,\"epoch\":0.1,\"eval_loss\":2.5,\"eval_masked_tokens\":9}\n",
                "{\"step\":1,\"epoch\":0.1,\"eval_loss\":2.5,\"eval_masked_tokens\":9,\"timing\":{\"seconds\":1.0}}\n",
            })
    void aLineThatIsNotOursIsRefusedByNumberAndTheFileStays(String line) throws IOException {
        String content = SOUND + line + SOUND;
        Files.writeString(file(), content);
        assertThatThrownBy(() -> MetricsLog.open(file(), Predictions.MASKED_TOKENS, 0, 0, Optional::empty))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file() + " line 2 ")
                .hasMessageNotContaining("\n");
        assertThat(file()).hasContent(content);
        assertOnlyTheFile();
    }

    @Test
    void aLineWithoutAnEndIsNotReadIntoMemory() throws IOException {
        Files.write(file(), new byte[1 << 20]);
        assertThatThrownBy(() -> MetricsReader.readAll(file()))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("65536 bytes");
    }

    @Test
    void aFileThatCannotBeReadOrWrittenIsNamed() throws IOException {
        Path nowhere = folder.resolve("no").resolve("metrics.jsonl");
        assertThatThrownBy(() -> MetricsReader.readAll(nowhere)).hasMessage(nowhere + " does not exist");
        assertThatThrownBy(() -> MetricsLog.create(nowhere, Predictions.MASKED_TOKENS, Optional::empty))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(nowhere + " cannot be written: ");
        Path taken = Files.createDirectory(folder.resolve("taken"));
        assertThatThrownBy(() -> MetricsLog.open(taken, Predictions.MASKED_TOKENS, 3, 3, Optional::empty))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(taken.toString());
    }

    private void assertOnlyTheFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }
}
