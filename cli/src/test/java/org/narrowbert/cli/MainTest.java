package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    /** Columns of a terminal that nobody widened. */
    private static final int COLUMNS = 80;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void listsTheCommandsWhenNoneIsGiven() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("Usage: narrowbert", "plan", "./narrowbert pretrain --output-dir");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().strip()).matches("narrowbert \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void readsUnderscoresInOptionNamesAsDashes() {
        assertThat(Main.withDashes(new String[] {"--max_seq_length=a_b", "--a_b", "c_d", "--", "--e_f"}))
                .containsExactly("--max-seq-length=a_b", "--a-b", "c_d", "--", "--e_f");
    }

    @Test
    void everyCommandHasAHelpPageWithExamplesThatCanBeTyped() {
        visit("./narrowbert", Main.commandLine());
    }

    private void visit(String path, CommandLine command) {
        List<String> arguments = new ArrayList<>(List.of(path.split(" ", -1)));
        arguments.set(0, "--help");
        if (arguments.size() > 1) {
            arguments.add(arguments.removeFirst());
        }
        out.getBuffer().setLength(0);
        assertThat(run(arguments.toArray(String[]::new))).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.getFirst()).startsWith("Usage: " + path.substring(2));
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        assertThat(lines).as("an example in the help of " + path).anyMatch(line -> line.startsWith("  " + path));
        List<String> footer = List.of(command.getCommandSpec().usageMessage().footer());
        assertThat(lines)
                .as("no example is wrapped")
                .containsAll(
                        footer.stream().filter(line -> line.startsWith("  ")).toList());
        assertThat(footer).noneMatch(line -> line.startsWith("  narrowbert"));
        command.getSubcommands().forEach((name, subcommand) -> visit(path + " " + name, subcommand));
    }
}
