package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.FolderContent;
import org.narrowbert.cli.ForkedRuns;

/** Runs that end before they saved anything, and what becomes of their folder. */
class FailedStartTest {
    /** Ends after a few steps, with an error. */
    private static final String[] SPIKING = {
        "--max-steps", "50", "--stop-on-loss-spike", "1e-9", "--learning-rate", "1", "--warmup-steps", "0"
    };

    @TempDir
    private Path folder;

    private ForkedRuns runs;

    @BeforeEach
    void layOut() {
        runs = new ForkedRuns(folder, 120);
    }

    private Cli run(String run, String... more) {
        return Cli.run(runs.arguments(run, more));
    }

    private Cli failing() {
        Cli failed = run("run", SPIKING);
        assertThat(failed.exitCode()).as(failed.err()).isEqualTo(1);
        assertThat(failed.err()).contains("--stop-on-loss-spike", "nothing had been saved yet");
        return failed;
    }

    @Test
    void theSameCommandBeginsAnewWhereARunFailedBeforeItsFirstCheckpoint() throws IOException {
        failing();
        assertThat(runs.of("run").resolve("metrics.jsonl"))
                .as("what there is to learn from")
                .isNotEmptyFile();
        assertThat(failing().out())
                .contains("the run that began in " + runs.of("run")
                        + " ended before its first checkpoint: starting over");
        Cli mended = run("run", "--max-steps", "2");
        assertThat(mended.exitCode()).as(mended.err()).isZero();
        assertThat(run("whole", "--max-steps", "2").exitCode()).isZero();
        runs.assertSame("run", "whole");
    }

    @Test
    void aStartThatWasKilledWhileItPreparedItsTextIsTakenOver() throws IOException {
        Files.createDirectories(runs.of("run").resolve(".data.tmp"));
        Files.writeString(runs.of("run").resolve(".data.tmp/train-00000.bin"), "half");
        Files.writeString(runs.of("run").resolve(".narrowbert.lock"), "17\n");
        Cli run = run("run", "--max-steps", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).doesNotContain("starting over");
        assertThat(runs.of("run").resolve(".data.tmp")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"note.txt", "runs/note.txt", "data/note.txt", "checkpoint-mine"})
    void whatAUserPutBesideAFailedStartIsNotTouched(String name) throws IOException {
        failing();
        Files.writeString(runs.of("run").resolve(name), "mine");
        SortedMap<String, String> before = FolderContent.of(runs.of("run"));
        Cli refused = run("run", SPIKING);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("exists already", "--overwrite-output-dir")
                .hasLineCount(1);
        assertThat(FolderContent.of(runs.of("run"))).isEqualTo(before);
    }

    @Test
    void aFolderThatIsNoRunsIsNotTakenForOne() throws IOException {
        Files.createDirectories(runs.of("run").resolve("data"));
        Files.writeString(runs.of("run").resolve("metrics.jsonl"), "mine");
        Files.writeString(runs.of("run").resolve("plan.txt"), "mine");
        Files.writeString(runs.of("run").resolve(".narrowbert.lock"), "17\n");
        SortedMap<String, String> before = FolderContent.of(runs.of("run"));
        assertThat(run("run", "--max-steps", "2").err()).contains("exists already");
        assertThat(FolderContent.of(runs.of("run"))).isEqualTo(before);
    }

    @Test
    void whatIsRefusedAfterItsTextWasPreparedLeavesNothing() {
        assertThat(run("a", "--max-steps", "2").exitCode()).isZero();
        Cli refused = run(
                "b",
                "--max-steps",
                "2",
                "--learning-rate",
                "0.1",
                "--resume-from-checkpoint",
                runs.of("a").resolve("checkpoint-2").toString());
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err()).contains("--learning-rate is 0.1");
        assertThat(runs.of("b")).doesNotExist();
    }

    @Test
    void textThatAFailedStartPreparedIsTakenForTheSameText() {
        failing();
        Cli same = run("run", "--max-steps", "2", "--resume-from-checkpoint");
        assertThat(same.out()).contains("a new run begins", "text.txt, prepared in");
    }

    @Test
    void textThatAFailedStartPreparedIsNotTakenForAnother() throws IOException {
        failing();
        Path other = folder.resolve("other.txt");
        Files.writeString(other, "The dog sat on the cat and looked.\n\n".repeat(100));
        Cli another = run("run", "--max-steps", "2", "--resume-from-checkpoint", "--train-file", other.toString());
        assertThat(another.exitCode()).as(another.err()).isZero();
        assertThat(another.out())
                .contains("a new run begins", "text     2 files from " + folder)
                .doesNotContain("prepared in");
    }
}
