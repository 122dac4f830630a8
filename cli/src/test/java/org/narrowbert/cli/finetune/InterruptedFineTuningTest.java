package org.narrowbert.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.cli.ForkedRuns;
import org.narrowbert.cli.SmallTasks;

/** Ctrl-C and SIGTERM at a process that fine-tunes, while it validates: figures of a part of the examples are none. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedFineTuningTest {
    /** Enough for a signal to fall into their validation. */
    private static final int REVIEWS = 1_500;

    private static final String NEXT = "./narrowbert ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aRunThatIsInterruptedInAValidationIsSavedAndGoesOn(String signal, int exitCode)
            throws IOException, InterruptedException {
        SmallTasks tasks = new SmallTasks(folder);
        String[] arguments = tasks.arguments(
                "run",
                "--train-file",
                tasks.reviews("train.csv", 16).toString(),
                "--validation-file",
                tasks.reviews("dev.csv", REVIEWS).toString(),
                "--backend",
                "reference",
                "--threads",
                "1",
                "--max-steps",
                "1");
        Path log = folder.resolve("log.txt");
        Process process = ForkedRuns.start(log, ForkedRuns.command(arguments));
        try {
            ForkedRuns.await(process, log, () -> ForkedRuns.contents(log).contains("step 0: validating on"));
            ForkedRuns.send(signal, process);
            assertThat(ForkedRuns.exitCode(process, log))
                    .as(() -> ForkedRuns.contents(log))
                    .isEqualTo(exitCode);
        } finally {
            process.destroyForcibly().waitFor();
        }
        String said = ForkedRuns.contents(log);
        assertThat(said)
                .contains("stopped at step 0", "saved in", "To go on:")
                .doesNotContain("validation loss", "a bug", "\tat ");
        String next = said.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(NEXT))
                .findFirst()
                .orElseThrow();
        Cli last = Cli.run(next.substring(NEXT.length()).split(" ", -1));
        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(last.out()).contains("going on from", "step 0: validation loss", "eval_accuracy");
    }
}
