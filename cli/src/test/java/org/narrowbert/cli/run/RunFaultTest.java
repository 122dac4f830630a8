package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.Main;
import org.narrowbert.cli.Promises;
import org.narrowbert.cli.Shell;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;

/** Disks and folders that fail under a run: one sentence, exit code 1, and the last good checkpoint goes on as the unbroken run. */
@DisabledOnOs(OS.WINDOWS)
class RunFaultTest {
    private static final String STEPS = "40";

    /** 512-byte blocks: room for the weights' file of the small model, none for that of its moments. */
    private static final int BLOCKS = 470;

    private static final String DISK = "8m";

    /** What a full disk says, or what is said before it is filled. */
    private static final String FULL = "No space left on device|its disk has [\\d,]+ left|MB are free";

    /** As root too permissions then bind. */
    private static final List<String> WITHOUT_PRIVILEGES = List.of(
            "setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search");

    @TempDir
    private static Path folder;

    private static ForkedRuns runs;
    private Path log = Path.of("");

    @BeforeAll
    static void trainUnbroken() {
        runs = new ForkedRuns(folder, 200);
        assertThat(Cli.run(arguments("whole")).exitCode()).isZero();
    }

    @BeforeEach
    void beginLog() throws IOException {
        log = Files.createTempFile(folder, "log", ".txt");
    }

    @AfterEach
    void allowAll() throws IOException, InterruptedException {
        if (Files.exists(runs.of("run"))) {
            allow("rwxr-xr-x");
        }
        Shell.run(
                folder,
                Map.of("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"),
                script("umount disk 2>/dev/null; rm -rf run moved"));
    }

    private static String[] arguments(String run, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--max-steps", STEPS, "--save-steps", "2", "--save-total-limit", "2", "--save-in-background", "off"));
        all.addAll(List.of(more));
        return runs.arguments(run, all.toArray(String[]::new));
    }

    /** Runs inside this JVM; when a text was printed, something happens before the run goes on. */
    private static Cli runAndWhen(String text, Runnable happens, String... arguments) {
        StringWriter out = new StringWriter() {
            private boolean happened;

            @Override
            public void flush() {
                if (!happened && toString().contains(text)) {
                    happened = true;
                    happens.run();
                }
            }
        };
        StringWriter err = new StringWriter();
        int exitCode = Main.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(exitCode, out.toString(), err.toString());
    }

    private static void assertFailed(Cli run, String... words) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("narrowbert: ")
                .contains(words)
                .doesNotContain("\tat ")
                .hasLineCount(1);
    }

    private void assertGoesOnAsTheUnbrokenRun(String run) throws IOException {
        assertThat(new RunCheckpoints(runs.of(run)).last(damaged -> {
                    throw new AssertionError(damaged);
                }))
                .isPresent();
        Cli resumed = Cli.run(arguments(run, "--resume-from-checkpoint"));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("going on from");
        runs.assertSame(run, "whole");
    }

    private static void move(String from, String to) {
        try {
            Files.move(runs.of(from), runs.of(to));
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }

    private static void allow(String permissions) throws IOException {
        Files.setPosixFilePermissions(runs.of("run"), PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aFolderThatIsMovedEndsItsRunWhichGoesOnWhereItIsNow() throws IOException {
        Cli run = runAndWhen("step 6: saved", () -> move("run", "moved"), arguments("run"));
        assertFailed(run, "the folder " + runs.of("run") + " was moved or deleted", "checkpoint-6, is gone too");
        assertThat(runs.of("run")).doesNotExist();
        assertGoesOnAsTheUnbrokenRun("moved");
    }

    @Test
    void aFolderThatIsDeletedEndsItsRunAndIsNotMadeAgain() throws IOException {
        Cli run = runAndWhen("step 6: saved", () -> delete("run"), arguments("run"));
        assertFailed(run, "the folder " + runs.of("run") + " was moved or deleted", "checkpoint-6, is gone too");
        assertThat(runs.of("run")).doesNotExist();
        assertThat(Cli.run(arguments("run", "--resume-from-checkpoint")).exitCode())
                .isZero();
        runs.assertSame("run", "whole");
    }

    private static void delete(String run) {
        try {
            Shell.run(folder, Map.of("PATH", "/usr/bin:/bin"), script("rm -rf " + run));
        } catch (IOException | InterruptedException error) {
            throw new AssertionError(error);
        }
    }

    private static Path script(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "script", ".sh"), text + "\n");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatFillsUp() throws IOException, InterruptedException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        if (!isDone("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", disk.toString())) {
            throw Promises.missing("disk", "a small file system can only be mounted by root");
        }
        Path filler = disk.resolve("filler");
        Cli run = runAndWhen("step 6: saved", () -> fill(filler), arguments("disk/run"));
        assertFailed(run, "the last good checkpoint is " + disk.resolve("run/checkpoint-6"));
        assertThat(run.err()).containsPattern(FULL);
        Cli resumed = Cli.run(arguments("disk/run", "--resume-from-checkpoint"));
        assertFailed(resumed, "disk/run");
        assertThat(resumed.err()).containsPattern(FULL);
        Cli other = Cli.run(arguments("disk/other"));
        assertFailed(other, "disk/other");
        assertThat(other.err()).containsPattern(FULL);
        Files.delete(filler);
        assertThat(isDone("mount", "-o", "remount,ro", disk.toString())).isTrue();
        assertFailed(
                Cli.run(arguments("disk/run", "--resume-from-checkpoint")), "cannot write to the folder", "read-only");
        assertThat(isDone("mount", "-o", "remount,rw", disk.toString())).isTrue();
        assertGoesOnAsTheUnbrokenRun("disk/run");
    }

    private static void fill(Path file) {
        for (int bytes = 1 << 16; bytes > 0; bytes /= 2) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(new byte[bytes]);
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space left on device");
            }
        }
    }

    private static boolean isDone(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    }

    /** A run of which a first part is saved. */
    private void begin() {
        runAndWhen("step 6: saved", () -> move("run", "moved"), arguments("run"));
        move("moved", "run");
    }

    @Test
    void aQuotaThatASaveExceeds() throws IOException, InterruptedException {
        begin();
        List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -f " + BLOCKS + "; exec \"$@\"", "sh"));
        limited.addAll(ForkedRuns.command(arguments("run", "--resume-from-checkpoint")));
        int exitCode = ForkedRuns.run(log, limited);
        assertFailed(
                new Cli(exitCode, "", lastLine()),
                "optimizer.safetensors cannot be written: File too large",
                "the last good checkpoint is " + runs.of("run/checkpoint-6"));
        assertGoesOnAsTheUnbrokenRun("run");
    }

    @Test
    void aFolderThatMayNotBeWritten() throws IOException, InterruptedException {
        begin();
        allow("r-xr-xr-x");
        List<String> bound = bound();
        bound.addAll(ForkedRuns.command(arguments("run", "--resume-from-checkpoint")));
        int exitCode = ForkedRuns.run(log, bound);
        assertFailed(new Cli(exitCode, "", lastLine()), "cannot write to the folder " + runs.of("run"));
        allow("rwxr-xr-x");
        assertGoesOnAsTheUnbrokenRun("run");
    }

    @Test
    void aPermissionThatIsLostUnderARun() throws IOException, InterruptedException {
        List<String> bound = bound();
        bound.addAll(ForkedRuns.command(arguments("run")));
        Process process = ForkedRuns.start(log, bound);
        ForkedRuns.await(process, log, () -> ForkedRuns.contents(log).contains("step 2: saved"));
        allow("r-xr-xr-x");
        int exitCode = ForkedRuns.exitCode(process, log);
        assertFailed(
                new Cli(exitCode, "", lastLine()),
                "cannot be written: permission denied",
                "the last good checkpoint is " + runs.of("run"));
        allow("rwxr-xr-x");
        assertGoesOnAsTheUnbrokenRun("run");
    }

    /** What stands before a command so that permissions bind it. */
    private static List<String> bound() throws IOException, InterruptedException {
        boolean isRoot = Files.getOwner(folder).getName().equals("root");
        assumeTrue(
                !isRoot || isDone("setpriv", "--bounding-set=-dac_override", "true"),
                "permissions do not bind root, and there is no setpriv here");
        return new ArrayList<>(isRoot ? WITHOUT_PRIVILEGES : List.of());
    }

    private String lastLine() {
        assertThat(ForkedRuns.contents(log)).doesNotContain("\tat ");
        return ForkedRuns.contents(log).lines().toList().getLast() + "\n";
    }
}
