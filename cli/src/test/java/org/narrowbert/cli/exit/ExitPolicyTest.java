package org.narrowbert.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;

class ExitPolicyTest {
    private final StringWriter err = new StringWriter();

    private int report(Throwable failure) {
        return ExitPolicy.report(failure, new PrintWriter(err), false);
    }

    @Test
    void aWrongConfigurationGivesItsSentenceAndExitCode2() {
        assertThat(report(new UserError("--threads is 0: give 1 or more"))).isEqualTo(2);
        assertThat(err).hasToString("narrowbert: --threads is 0: give 1 or more" + System.lineSeparator());
    }

    @Test
    void aFailureOfWhatWasReadGivesItsSentenceAndExitCode1() {
        assertThat(report(new RunError("corpus.txt is\nnot UTF-8", new IllegalStateException())))
                .isEqualTo(1);
        assertThat(err).hasToString("narrowbert: corpus.txt is not UTF-8" + System.lineSeparator());
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(report(new UncheckedIOException(new NoSuchFileException("vocab.txt"))))
                .isEqualTo(1);
        assertThat(err).hasToString("narrowbert: vocab.txt does not exist" + System.lineSeparator());
    }

    @Test
    void runningOutOfMemorySaysWhatToDo() {
        assertThat(report(new OutOfMemoryError("no room for 4096 bytes"))).isEqualTo(1);
        assertThat(err.toString())
                .contains("no room for 4096 bytes", "smaller batch")
                .doesNotContain("\tat ");
    }

    @Test
    void aBugIsOneSentenceWithoutAStackTrace() {
        assertThat(report(new AssertionError("rows 3, offsets 4"))).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("a bug", "AssertionError", "rows 3, offsets 4", "--debug");
    }

    @Test
    void theStackTraceIsThereWhenAskedFor() {
        ExitPolicy.report(new AssertionError("rows"), new PrintWriter(err), true);
        assertThat(err.toString()).contains("\tat ");
    }
}
