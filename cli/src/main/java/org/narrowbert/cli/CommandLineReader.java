package org.narrowbert.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.narrowbert.cli.config.Configuration;
import org.narrowbert.cli.exit.UsageProblem;
import org.narrowbert.cli.run.RunRecord;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reads a command line before it is run: which command it names, which options it gives, and what a configuration file and environment
 * variables tell of the others.
 */
final class CommandLineReader {
    private static final String RESUME = "resume-from-checkpoint";
    private static final String OUTPUT = "output-dir";

    private final CommandLine commandLine;
    private final Map<String, String> environment;
    private Configuration configuration;

    CommandLineReader(CommandLine commandLine, Map<String, String> environment) {
        this.commandLine = commandLine;
        this.environment = environment;
        this.configuration = Configuration.none(commandLine.getCommandSpec());
    }

    /** What the command was told besides the command line: nothing before that is completed. */
    Configuration configuration() {
        return configuration;
    }

    /**
     * The command line with all that the command is told.
     *
     * @param file finds the configuration file that the command line names, once that is parsed
     * @throws ParameterException when the command line is wrong
     * @throws UserError when the configuration is wrong
     */
    String[] complete(String[] arguments, Supplier<Optional<Path>> file) {
        List<ParseResult> levels = parse(arguments);
        if (levels.stream().anyMatch(level -> level.isUsageHelpRequested() || level.isVersionHelpRequested())) {
            return arguments;
        }
        refuse(levels, arguments);
        ParseResult command = levels.getLast();
        if (!command.commandSpec().subcommands().isEmpty()) {
            return arguments;
        }
        configuration = Configuration.read(command.commandSpec(), file.get(), environment);
        Optional<String> resumed = value(command, RESUME);
        resumed.flatMap(named -> named.isEmpty() ? value(command, OUTPUT) : resumed)
                .flatMap(folder -> RunRecord.find(Path.of(folder)))
                .ifPresent(record -> RunRecord.fallBackOn(record, configuration));
        return configuration.complete(arguments, command.matchedOptionsSet());
    }

    /** An option's value on the command line or of the configuration; the empty text for an option without one. */
    private Optional<String> value(ParseResult command, String name) {
        return command.hasMatchedOption("--" + name)
                ? Optional.of(String.join("", command.matchedOption("--" + name).stringValues()))
                : configuration.value(name);
    }

    /** The root command, the command it was given, and so on. */
    private List<ParseResult> parse(String[] arguments) {
        collectErrors(commandLine, true);
        try {
            List<ParseResult> levels = new ArrayList<>(List.of(commandLine.parseArgs(arguments)));
            while (levels.getLast().hasSubcommand()) {
                levels.add(levels.getLast().subcommand());
            }
            return levels;
        } finally {
            collectErrors(commandLine, false);
        }
    }

    private static void collectErrors(CommandLine command, boolean collect) {
        command.getCommandSpec().parser().collectErrors(collect);
        command.getSubcommands().values().forEach(subcommand -> collectErrors(subcommand, collect));
    }

    /** Throws the error that tells most: an unknown option may be the reason of all others, a word too many the consequence of one. */
    private static void refuse(List<ParseResult> levels, String[] arguments) {
        levels.stream()
                .flatMap(level -> level.errors().stream())
                .filter(ParameterException.class::isInstance)
                .map(ParameterException.class::cast)
                .filter(error -> !isMissingOption(error, arguments))
                .min(Comparator.comparingInt(CommandLineReader::rank))
                .ifPresent(error -> {
                    throw error;
                });
    }

    private static int rank(ParameterException error) {
        return switch (error) {
            case UnmatchedArgumentException unmatched ->
                UsageProblem.argument(unmatched).startsWith("-") ? 0 : 2;
            default -> 1;
        };
    }

    /** Whether all that is wrong is that an option is not there, which the configuration may mend. */
    private static boolean isMissingOption(ParameterException error, String[] arguments) {
        return error instanceof MissingParameterException missing
                && missing.getMissing().stream().noneMatch(option -> isGiven(option, arguments));
    }

    private static boolean isGiven(ArgSpec missing, String[] arguments) {
        return !(missing instanceof OptionSpec option)
                || Arrays.stream(option.names())
                        .anyMatch(name -> Arrays.stream(arguments)
                                .anyMatch(argument -> argument.equals(name) || argument.startsWith(name + "=")));
    }
}
