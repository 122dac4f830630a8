package org.narrowbert.cli.exit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.narrowbert.cli.config.Configuration;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.files.FileProblem;
import picocli.CommandLine.ParameterException;

/**
 * What a failure prints and which exit code it gives: one sentence on standard error, 2 for a wrong command line or
 * configuration, 1 for anything that was read or run. The stack trace is for {@code --debug}.
 */
public final class ExitPolicy {
    /** Something that was read or run failed. */
    public static final int FAILED = 1;

    /** The command line or the configuration is wrong. */
    public static final int WRONG_USAGE = 2;

    private ExitPolicy() {}

    /** Reports arguments that do not parse, or that name a file which cannot be read. */
    public static int reportUsage(
            ParameterException exception, Configuration configuration, PrintWriter err, boolean stack) {
        String place = Optional.ofNullable(exception.getArgSpec())
                .map(argument -> configuration.place(UsageProblem.name(argument)))
                .orElse("");
        if (exception.getCause() instanceof RunError unread) {
            return report(new RunError(unread.getMessage() + place, unread), err, stack);
        }
        err.println(prefixed(oneLine(UsageProblem.describe(exception) + place)));
        err.println("Run './" + exception.getCommandLine().getCommandSpec().qualifiedName()
                + " --help' for what it takes.");
        err.flush();
        return WRONG_USAGE;
    }

    /** Reports a failure of a command that ran. */
    public static int report(Throwable failure, PrintWriter err, boolean stack) {
        err.println(prefixed(sentence(failure)));
        if (stack) {
            failure.printStackTrace(err);
        }
        err.flush();
        return switch (failure) {
            case UserError _ -> WRONG_USAGE;
            case Interruption interruption -> interruption.exitCode();
            default -> FAILED;
        };
    }

    private static String sentence(Throwable failure) {
        return switch (failure) {
            case UserError error -> oneLine(error.getMessage());
            case RunError error -> oneLine(error.getMessage());
            case Interruption interruption -> oneLine(interruption.getMessage());
            case UncheckedIOException exception -> sentence(Objects.requireNonNull(exception.getCause()));
            case NoSuchFileException exception -> FileProblem.reason(exception);
            case FileSystemException exception ->
                oneLine(exception.getFile() + " cannot be read or written: " + FileProblem.reason(exception));
            case IOException exception -> oneLine("reading or writing failed: " + FileProblem.reason(exception));
            case OutOfMemoryError error ->
                oneLine("out of memory (" + error.getMessage()
                        + "): take a smaller batch or a shorter sequence, or give"
                        + " the JVM more with NARROWBERT_JAVA_OPTS=-Xmx4g if the Java heap is what ran out");
            default ->
                oneLine("a bug: " + failure.getClass().getName() + ": " + failure.getMessage()
                        + " (run again with --debug for the stack trace and report it, please)");
        };
    }

    private static String prefixed(String text) {
        return "narrowbert: " + text;
    }

    private static String oneLine(@Nullable String text) {
        // What a file or a command line holds may be anything: no control character of it reaches a terminal.
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }
}
