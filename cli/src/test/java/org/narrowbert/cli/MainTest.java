package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void listsTheCommandsWhenNoneIsGiven() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: narrowbert", "plan", "narrowbert pretrain --output-dir");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().strip()).matches("narrowbert \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void refusesAnUnknownCommandWithExitCode2AndNoUsagePage() {
        assertThat(run("pretrian")).isEqualTo(2);
        assertThat(err.toString()).contains("'pretrian'", "--help").doesNotContain("Usage:", "\tat ");
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        assertThat(run("plan", "--lay-out", "bert")).isEqualTo(2);
        assertThat(err.toString()).contains("--layout");
    }

    @Test
    void readsUnderscoresInOptionNamesAsDashes() {
        assertThat(Main.withDashes(new String[] {"--max_seq_length=a_b", "--a_b", "c_d", "--", "--e_f"}))
                .containsExactly("--max-seq-length=a_b", "--a-b", "c_d", "--", "--e_f");
    }

    @Test
    void everyCommandHasAHelpPageWithAnExample() {
        Map<String, CommandLine> commands = new CommandLine(Main.class).getSubcommands();
        assertThat(commands).isNotEmpty();
        commands.forEach((name, command) -> {
            out.getBuffer().setLength(0);
            assertThat(run(name, "--help")).isZero();
            assertThat(out.toString()).contains("Usage: narrowbert " + name);
            if (command.getSubcommands().isEmpty()) {
                assertThat(out.toString().lines().skip(1))
                        .as("example in the help of " + name)
                        .anyMatch(line -> line.strip().startsWith("narrowbert " + name));
            }
        });
    }
}
