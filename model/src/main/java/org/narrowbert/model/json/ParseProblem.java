package org.narrowbert.model.json;

import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** A parser's complaint as one sentence: where, and what, without the names of the library's own switches and classes. */
public final class ParseProblem {
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
                    + yaml.getProblem().lines().findFirst().orElse("");
        }
        var location = error.getLocation();
        return (location == null ? "" : place(location.getLineNr(), location.getColumnNr())) + what(error);
    }

    /** What is wrong with JSON, without the place. */
    public static String what(JacksonException error) {
        return error instanceof UnexpectedEndOfInputException
                ? JsonComplaint.ENDS_EARLY
                : JsonComplaint.of(error.getOriginalMessage());
    }

    private static String place(int line, int column) {
        return line < 1 ? "" : "line " + line + ", column " + column + ": ";
    }
}
