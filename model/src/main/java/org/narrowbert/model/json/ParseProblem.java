package org.narrowbert.model.json;

import java.util.Optional;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** A parser's complaint as one sentence: where, and what, without the names of the library's own switches and classes. */
public final class ParseProblem {
    /** What the library adds for programmers: where a value began in its own notation, which switch or constant set a limit. */
    private static final Pattern INTERNALS =
            Pattern.compile("\\s*(\\(start marker at .*|\\(for (Array|Object) starting at[^)]*\\)"
                    + "|\\(bound as `[^`]*`\\)|\\(not recognized as one since [^)]*\\)|,? ?from `[^`]*`|\\(`[^`]*`\\)"
                    + "|: enable `[^`]*` to allow|\\[Source: .*?\\])");

    private static final String ENDS_EARLY = "it ends in the middle of a value";

    private ParseProblem() {}

    /**
     * The sentence.
     *
     * @param where the file, and the part of it
     * @param format what it should be, such as JSON
     */
    public static RunError of(String where, String format, JacksonException error) {
        return new RunError(where + " is not sound " + format + ": " + describe(error), error);
    }

    private static String describe(JacksonException error) {
        if (error.getCause() instanceof MarkedYamlEngineException yaml) {
            Optional<Mark> mark = yaml.getProblemMark();
            return place(
                            mark.map(at -> at.getLine() + 1).orElse(0),
                            mark.map(at -> at.getColumn() + 1).orElse(0))
                    + clean(yaml.getProblem());
        }
        var location = error.getLocation();
        return (location == null ? "" : place(location.getLineNr(), location.getColumnNr())) + what(error);
    }

    /** What is wrong, without the place. */
    public static String what(JacksonException error) {
        return error instanceof UnexpectedEndOfInputException ? ENDS_EARLY : clean(error.getOriginalMessage());
    }

    private static String place(int line, int column) {
        return line < 1 ? "" : "line " + line + ", column " + column + ": ";
    }

    private static String clean(String message) {
        String first = message.lines().findFirst().orElse("no reason given");
        if (first.startsWith("Unexpected end-of-input")) {
            return ENDS_EARLY;
        }
        if (first.startsWith("Trailing token")) {
            return "it goes on after its value";
        }
        return INTERNALS
                .matcher(first)
                .replaceAll("")
                .replaceAll(" require enabling `[^`]*`", " are no JSON")
                .replace("Object property", "key");
    }
}
