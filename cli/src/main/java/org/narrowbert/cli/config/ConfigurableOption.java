package org.narrowbert.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that a file or the environment may tell.
 *
 * @param option the option
 * @param names its long names without dashes in front, the one it goes by first
 */
record ConfigurableOption(OptionSpec option, List<String> names) {
    private static final String VARIABLE = "NARROWBERT_";

    /** The options of a command in their order: all that have a long name, but help and what every command takes. */
    static List<ConfigurableOption> of(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp() && !option.inherited())
                .map(option -> new ConfigurableOption(
                        option,
                        Arrays.stream(option.names())
                                .filter(name -> name.startsWith("--"))
                                .map(name -> name.substring(2))
                                .toList()))
                .filter(option -> !option.names.isEmpty())
                .toList();
    }

    /** The name it goes by. */
    String name() {
        return names.getFirst();
    }

    /** Its environment variable, such as {@code NARROWBERT_LEARNING_RATE}. */
    String variable() {
        return VARIABLE + name().replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
