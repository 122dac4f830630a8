package org.narrowbert.cli.config;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** What a value must be, as its option's type says. */
public enum ValueKind {
    /** A whole number of 32 bits. */
    INTEGER,
    /** A whole number of 64 bits. */
    LONG,
    /** A finite decimal number. */
    NUMBER,
    /** {@code true} or {@code false}. */
    SWITCH,
    /** A file or folder. */
    FILE,
    /** One of a few words. */
    CHOICE,
    /** Any text; what it may say is for the command to judge. */
    TEXT;

    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,40}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");
    private static final int MOST_CHARACTERS = 400;

    /** The kind of an option's or parameter's values. */
    private static ValueKind of(ArgSpec argument) {
        Class<?> type = argument.auxiliaryTypes()[0];
        if (type == int.class || type == Integer.class) {
            return INTEGER;
        }
        if (type == long.class || type == Long.class) {
            return LONG;
        }
        if (type == double.class || type == Double.class) {
            return NUMBER;
        }
        if (type == boolean.class || type == Boolean.class) {
            return SWITCH;
        }
        if (type.isEnum()) {
            return CHOICE;
        }
        return type == Path.class ? FILE : TEXT;
    }

    /** What a value must be instead, if an option or parameter does not take it. */
    public static Optional<String> misfit(ArgSpec argument, String text) {
        ValueKind kind = of(argument);
        if (kind == CHOICE) {
            List<String> words = Arrays.stream(argument.auxiliaryTypes()[0].getEnumConstants())
                    .map(word -> word.toString().toLowerCase(Locale.ROOT))
                    .toList();
            return words.stream().anyMatch(text::equalsIgnoreCase)
                    ? Optional.empty()
                    : Optional.of(String.join(" or ", words));
        }
        return kind.fits(text) ? Optional.empty() : Optional.of(kind.expected(text));
    }

    /** Makes numbers be read by the rules here: no other digits than 0 to 9, no infinity, no hexadecimal. */
    public static void register(CommandLine commandLine) {
        commandLine.registerConverter(int.class, text -> Integer.parseInt(INTEGER.checked(text)));
        commandLine.registerConverter(Integer.class, text -> Integer.parseInt(INTEGER.checked(text)));
        commandLine.registerConverter(long.class, text -> Long.parseLong(LONG.checked(text)));
        commandLine.registerConverter(Long.class, text -> Long.parseLong(LONG.checked(text)));
        commandLine.registerConverter(double.class, text -> Double.parseDouble(NUMBER.checked(text)));
        commandLine.registerConverter(Double.class, text -> Double.parseDouble(NUMBER.checked(text)));
    }

    /** Whether a text is such a value, as far as the kind alone can tell. */
    private boolean fits(String text) {
        return switch (this) {
            case INTEGER -> WHOLE.matcher(text).matches() && new BigInteger(text).bitLength() < Integer.SIZE;
            case LONG -> WHOLE.matcher(text).matches() && new BigInteger(text).bitLength() < Long.SIZE;
            case NUMBER ->
                text.length() <= MOST_CHARACTERS
                        && DECIMAL.matcher(text).matches()
                        && Double.isFinite(Double.parseDouble(text));
            case SWITCH -> text.equals("true") || text.equals("false");
            case FILE -> text.indexOf('\0') < 0;
            case CHOICE, TEXT -> true;
        };
    }

    private String expected(String text) {
        boolean digits = WHOLE.matcher(text).matches();
        return switch (this) {
            case INTEGER -> digits ? "from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE : "a whole number";
            case LONG -> digits ? "from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE : "a whole number";
            case NUMBER -> DECIMAL.matcher(text).matches() ? "a number that is not that large" : "a number";
            case SWITCH -> "true or false";
            case FILE -> "a file or folder";
            case CHOICE, TEXT -> "a text";
        };
    }

    private String checked(String text) {
        if (!fits(text)) {
            throw new TypeConversionException("it must be " + expected(text));
        }
        return text;
    }
}
