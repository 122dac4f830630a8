package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.model.files.FolderLock;

/** One run at a time writes to a folder. */
class RunFolderTest {
    private static final String[] SHORT = {"--max-steps", "4"};

    @TempDir
    private Path folder;

    private ForkedRuns runs;
    private Path log;

    @BeforeEach
    void layOut() {
        runs = new ForkedRuns(folder, 200);
        log = folder.resolve("log.txt");
    }

    @Test
    void aFolderThatAnotherProcessWritesToIsRefusedUntilThatProcessIsDead() throws IOException, InterruptedException {
        Process first = ForkedRuns.start(
                log, ForkedRuns.command(runs.arguments("run", "--max-steps", "1000000", "--save-steps", "5")));
        try {
            ForkedRuns.await(first, log, () -> ForkedRuns.contents(log).contains("step 5: saved"));
            for (String way : new String[] {"--threads=1", "--resume-from-checkpoint", "--overwrite-output-dir"}) {
                Cli second = Cli.run(runs.arguments("run", "--max-steps", "1000000", way));
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err())
                        .isEqualTo("narrowbert: another run is writing to the folder " + runs.of("run") + ", process "
                                + first.pid() + ": wait until it ends, stop it, or name another folder\n");
            }
            assertThat(first.isAlive()).isTrue();
        } finally {
            first.destroyForcibly().waitFor();
        }
        Cli resumed = Cli.run(
                runs.arguments("run", "--max-steps", "1000000", "--max-train-time", "1s", "--resume-from-checkpoint"));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from", "--max-train-time is over");
    }

    @Test
    void twoRunsInOneProcessDoNotShareAFolder() {
        Path run = runs.of("run");
        try (RunFolder held = RunFolder.open(new OutputDirectory(run), notice -> {})) {
            assertThat(held.path()).isEqualTo(run);
            Cli second = Cli.run(runs.arguments("run", SHORT));
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("another run is writing to the folder " + run);
        }
        assertThat(run).as("a folder in which nothing was written").doesNotExist();
        assertThat(Cli.run(runs.arguments("run", SHORT)).exitCode()).isZero();
    }

    @Test
    void aFolderIntoWhichAnotherRunCameIsLeftToIt() throws IOException {
        Path run = runs.of("run");
        RunFolder.open(new OutputDirectory(run), notice -> {}).close();
        assertThat(run).doesNotExist();
        try (RunFolder held = RunFolder.open(new OutputDirectory(run), notice -> {})) {
            Files.writeString(held.path().resolve("note.txt"), "mine");
        }
        assertThat(run.resolve("note.txt")).hasContent("mine");
        new OutputDirectory(run).removeIfEmpty();
        assertThat(run.resolve("note.txt")).hasContent("mine");
    }

    @Test
    void aFolderThatHoldsOnlyALockIsEmpty() throws IOException {
        Files.createDirectory(runs.of("run"));
        Files.writeString(runs.of("run").resolve(FolderLock.FILE), "17\n");
        Cli run = Cli.run(runs.arguments("run", SHORT));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Cli.run("fill-mask", "--model", runs.of("run").toString(), "The [MASK] sat on the mat.")
                        .exitCode())
                .isZero();
        Cli again = Cli.run(runs.arguments("run", SHORT));
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("holds a run already");
    }
}
