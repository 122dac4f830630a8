package org.narrowbert.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;

/**
 * Ctrl-C and SIGTERM at a process that trains: in a validation, in a step, in a save, and twice. One run lives through all four, each time by
 * the command that the last process printed, and ends as the run that nobody disturbed.
 */
@DisabledOnOs(OS.WINDOWS)
class InterruptedRunTest {
    private static final int SAVE_STEPS = 25;

    /** Many positions make a large checkpoint, and many documents a long validation: time for a signal to fall into. */
    private static final String[] SLOW = {
        "--backend",
        "reference",
        "--max-position-embeddings",
        "40000",
        "--max-steps",
        "60",
        "--save-steps",
        Integer.toString(SAVE_STEPS),
        "--save-total-limit",
        "1"
    };

    private static final String NEXT = "./narrowbert ";

    @TempDir
    private static Path folder;

    private static ForkedRuns runs;

    @BeforeAll
    static void trainUndisturbed() {
        runs = new ForkedRuns(folder, 1000);
        assertThat(Cli.run(runs.arguments("whole", SLOW)).exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aRunThatIsInterruptedInEveryPhaseIsTheUndisturbedRun(String signal, int exitCode)
            throws IOException, InterruptedException {
        Path run = runs.of(signal);
        String validating = interrupted(
                signal,
                "validation",
                exitCode,
                runs.arguments(signal, SLOW),
                log -> ForkedRuns.contents(log).contains("step 0: validating on"));
        assertThat(validating).contains("stopped at step 0").doesNotContain("validation loss");
        String stepping = interrupted(
                signal,
                "step",
                exitCode,
                next(validating),
                log -> ForkedRuns.contents(log).contains("step 0: validation loss"));
        assertThat(stepping).containsPattern("stopped at step 1?\\d,").doesNotContain("step 20: validating");
        String saving = interrupted(signal, "save", exitCode, next(stepping), log -> isSaving(run, SAVE_STEPS));
        assertThat(saving).containsPattern("stopped at step [2-4]\\d,");

        Path log = folder.resolve(signal + "-twice.txt");
        Process process = ForkedRuns.start(log, ForkedRuns.command(next(saving)));
        ForkedRuns.await(process, log, () -> isSaving(run, 2 * SAVE_STEPS));
        ForkedRuns.send(signal, process);
        ForkedRuns.await(process, log, () -> ForkedRuns.contents(log).contains("once more to stop at once"));
        ForkedRuns.send(signal, process);
        assertThat(ForkedRuns.exitCode(process, log)).isEqualTo(exitCode);
        assertThat(ForkedRuns.contents(log))
                .contains("SIG" + signal + " a second time: what was saved last is whole")
                .doesNotContain("To go on:", "\tat ");

        Cli last = Cli.run(next(saving));
        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(last.out()).contains("going on from").doesNotContain("passed over");
        runs.assertSame(signal, "whole");
    }

    /** A phase of a process, told from its log or its folder. */
    @FunctionalInterface
    private interface Phase {
        boolean isOn(Path log) throws IOException;
    }

    /** What a process printed that was sent a signal in a phase. */
    private static String interrupted(String signal, String name, int exitCode, String[] command, Phase phase)
            throws IOException, InterruptedException {
        Path log = folder.resolve(signal + "-" + name + ".txt");
        Process process = ForkedRuns.start(log, ForkedRuns.command(command));
        ForkedRuns.await(process, log, () -> phase.isOn(log));
        ForkedRuns.send(signal, process);
        assertThat(ForkedRuns.exitCode(process, log))
                .as(() -> ForkedRuns.contents(log))
                .isEqualTo(exitCode);
        assertThat(ForkedRuns.contents(log))
                .contains("SIG" + signal + ": saving after this step", "saved in", "To go on:")
                .doesNotContain("\tat ");
        return ForkedRuns.contents(log);
    }

    /** The command that goes on, as a process printed it. */
    private static String[] next(String printed) {
        String line = printed.lines()
                .filter(text -> text.strip().startsWith(NEXT))
                .findFirst()
                .orElseThrow();
        return line.strip().substring(NEXT.length()).split(" ", -1);
    }

    private static boolean isSaving(Path run, int step) {
        return Files.exists(run.resolve(".checkpoint-" + step + ".tmp"));
    }
}
