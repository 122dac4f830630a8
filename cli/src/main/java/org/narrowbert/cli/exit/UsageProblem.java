package org.narrowbert.cli.exit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.narrowbert.cli.config.HuggingFaceOption;
import org.narrowbert.cli.config.NearestName;
import org.narrowbert.cli.config.ValueKind;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in words what is wrong with a command line: which argument, and what belongs there. */
public final class UsageProblem {
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

    private UsageProblem() {}

    /** The problem as part of a sentence. */
    static String describe(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        return switch (wrong) {
            case UnmatchedArgumentException unmatched -> unknown(argument(unmatched), command);
            case MissingParameterException missing -> missing(missing);
            default ->
                Optional.ofNullable(wrong.getArgSpec())
                        .flatMap(argument -> misfit(argument, Optional.ofNullable(wrong.getValue())))
                        .orElseGet(() -> String.valueOf(wrong.getMessage()));
        };
    }

    /** What is not known; of an option where another one's values are expected only the library's message tells it. */
    public static String argument(UnmatchedArgumentException unmatched) {
        if (!unmatched.getUnmatched().isEmpty()) {
            return unmatched.getUnmatched().getFirst();
        }
        Matcher quoted = QUOTED.matcher(String.valueOf(unmatched.getMessage()));
        return quoted.find() ? quoted.group(1) : String.valueOf(unmatched.getMessage());
    }

    private static String unknown(String argument, CommandSpec command) {
        if (argument.startsWith("-")) {
            String option = argument.replaceFirst("=.*", "");
            return option + " is not an option of '" + command.qualifiedName() + "'"
                    + instead(option, optionNames(command));
        }
        Set<String> commands = command.subcommands().keySet();
        return commands.isEmpty()
                ? "'" + argument + "' is one argument too many for '" + command.qualifiedName() + "'"
                : "'" + argument + "' is not a command of '" + command.qualifiedName() + "'"
                        + meant(NearestName.of(argument, commands));
    }

    private static String instead(String option, List<String> known) {
        return HuggingFaceOption.hint(option.replaceFirst("^-+", ""), known)
                .map(hint -> ": " + hint)
                .orElseGet(() -> meant(NearestName.of(option, known)));
    }

    private static List<String> optionNames(CommandSpec command) {
        return command.options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static String meant(Optional<String> nearest) {
        return nearest.map(name -> ": did you mean " + name + "?").orElse("");
    }

    private static String missing(MissingParameterException wrong) {
        // Only for an option that is there does the library speak of its parameter.
        boolean valueIsMissing = String.valueOf(wrong.getMessage()).contains("parameter for option");
        if (valueIsMissing) {
            ArgSpec option = wrong.getMissing().getFirst();
            return name(option) + " has no value: give it as " + name(option) + " " + option.paramLabel();
        }
        String names = wrong.getMissing().stream()
                .map(argument -> argument instanceof OptionSpec
                        ? name(argument) + " " + argument.paramLabel()
                        : argument.paramLabel())
                .collect(Collectors.joining(" and "));
        return names + (wrong.getMissing().size() == 1 ? " is missing" : " are missing");
    }

    private static Optional<String> misfit(ArgSpec argument, Optional<String> value) {
        return value.flatMap(text -> ValueKind.misfit(argument, text)
                .map(expected -> name(argument) + " is '" + text + "': it must be " + expected));
    }

    /** The name that users know an argument by. */
    static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.names()[0] : argument.paramLabel();
    }
}
