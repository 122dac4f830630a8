package org.narrowbert.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What a failure prints and which exit code it gives: one sentence on standard error, 2 for a wrong command line or
 * configuration, 1 for anything that was read or run. The stack trace is for {@code --debug}.
 */
final class ExitPolicy {
    /** Something that was read or run failed. */
    static final int FAILED = 1;

    /** The command line or the configuration is wrong. */
    static final int WRONG_USAGE = 2;

    private ExitPolicy() {}

    /** Reports arguments that do not parse. */
    static int reportUsage(ParameterException exception, PrintWriter err) {
        CommandLine command = exception.getCommandLine();
        StringBuilder text = new StringBuilder(oneLine(exception.getMessage()));
        if (exception instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                text.append("; did you mean ")
                        .append(String.join(" or ", suggestions))
                        .append('?');
            }
        }
        err.println(prefixed(text.toString()));
        err.println("Run '" + command.getCommandSpec().qualifiedName() + " --help' for what it takes.");
        err.flush();
        return WRONG_USAGE;
    }

    /** Reports a failure of a command that ran. */
    static int report(Throwable failure, PrintWriter err, boolean stack) {
        err.println(prefixed(sentence(failure)));
        if (stack) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof UserError ? WRONG_USAGE : FAILED;
    }

    private static String sentence(Throwable failure) {
        return switch (failure) {
            case UserError error -> oneLine(error.getMessage());
            case RunError error -> oneLine(error.getMessage());
            case UncheckedIOException exception -> sentence(Objects.requireNonNull(exception.getCause()));
            case NoSuchFileException exception -> exception.getFile() + " does not exist";
            case AccessDeniedException exception -> exception.getFile() + " may not be read or written by this user";
            case FileAlreadyExistsException exception -> exception.getFile() + " exists already";
            case FileSystemException exception -> oneLine(exception.getMessage());
            case IOException exception -> oneLine("reading or writing failed: " + exception.getMessage());
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
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
