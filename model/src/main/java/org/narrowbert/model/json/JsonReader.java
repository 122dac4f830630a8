package org.narrowbert.model.json;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads JSON value by value, for documents that may be too large or too hostile to hold as a tree; the limits are {@link StrictJson}'s. */
public final class JsonReader implements AutoCloseable {
    private final String where;
    private final JsonParser parser;

    private JsonReader(String where, JsonParser parser) {
        this.where = where;
        this.parser = parser;
    }

    /**
     * Reads UTF-8 from a stream.
     *
     * @param where the file, and the part of it, that error messages name
     */
    public static JsonReader open(String where, InputStream json) {
        // A decoder made this way reports malformed input; the library's own would guess at other encodings.
        return new JsonReader(
                where, StrictJson.parser(new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder())));
    }

    /**
     * Reads characters.
     *
     * @param where the file, and the part of it, that error messages name
     */
    public static JsonReader open(String where, Reader json) {
        return new JsonReader(where, StrictJson.parser(json));
    }

    /**
     * Reads an object.
     *
     * @param member takes each key in turn and reads its value from this reader
     */
    public void object(Consumer<String> member) {
        members(next(), member);
    }

    private void members(JsonToken begin, Consumer<String> member) {
        expect(begin, JsonToken.START_OBJECT, "an object");
        for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
            expect(token, JsonToken.PROPERTY_NAME, "a key");
            member.accept(parser.currentName());
        }
    }

    /** Reads a string; {@code name} says in an error message which. */
    public String text(String name) {
        if (next() != JsonToken.VALUE_STRING) {
            throw new RunError(where + " is wrong: " + name + " is not a string");
        }
        return call(parser::getString);
    }

    /**
     * Reads a list of whole numbers that are not negative.
     *
     * @param name which list, for an error message
     * @param most how many there may be
     * @param target what they are added to
     */
    public void longs(String name, int most, List<Long> target) {
        if (next() != JsonToken.START_ARRAY) {
            throw new RunError(where + " is wrong: " + name + " is not a list");
        }
        int count = 0;
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            if (token != JsonToken.VALUE_NUMBER_INT
                    || call(parser::getNumberType) == JsonParser.NumberType.BIG_INTEGER
                    || call(parser::getLongValue) < 0) {
                throw new RunError(where + " is wrong: " + name + " holds " + number(token)
                        + " where a whole number from 0 to 2^63 - 1 belongs");
            }
            if (++count > most) {
                throw new RunError(where + " is wrong: " + name + " has more than " + most + " numbers");
            }
            target.add(parser.getLongValue());
        }
    }

    /**
     * Reads a list of objects.
     *
     * @param name which list, for an error message
     * @param member as {@link #object} takes it, of each object
     * @param end told after each object
     */
    public void objects(String name, Consumer<String> member, Runnable end) {
        if (next() != JsonToken.START_ARRAY) {
            throw new RunError(where + " is wrong: " + name + " is not a list, at " + place());
        }
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            members(token, member);
            end.run();
        }
    }

    /** Reads a whole number from 0 to 2^31 - 1; {@code name} says in an error message which. */
    public int whole(String name) {
        if (next() != JsonToken.VALUE_NUMBER_INT
                || call(parser::getNumberType) != JsonParser.NumberType.INT
                || call(parser::getIntValue) < 0) {
            throw new RunError(where + " is wrong: " + name + " is not a whole number, at " + place());
        }
        return parser.getIntValue();
    }

    /** Reads true or false; {@code name} says in an error message which. */
    public boolean truth(String name) {
        JsonToken token = next();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw new RunError(where + " is wrong: " + name + " is neither true nor false, at " + place());
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Passes over a value, whatever it is. */
    public void skip() {
        next();
        call(parser::skipChildren);
    }

    /** Where the last value stands: "line 3, column 14". */
    public String place() {
        return "line " + parser.currentTokenLocation().getLineNr() + ", column "
                + parser.currentTokenLocation().getColumnNr();
    }

    /** Checks that only white space is left. */
    public void end() {
        if (call(parser::nextToken) != null) {
            throw new RunError(where + " goes on after its JSON object");
        }
    }

    @Override
    public void close() {
        parser.close();
    }

    private String number(JsonToken token) {
        return token.isNumeric() ? call(parser::getString) : "something else";
    }

    private JsonToken next() {
        JsonToken token = call(parser::nextToken);
        if (token == null) {
            throw new RunError(where + " ends early");
        }
        return token;
    }

    private void expect(JsonToken token, JsonToken expected, String what) {
        if (token != expected) {
            throw new RunError(where + " is wrong: " + what + " was expected at " + place());
        }
    }

    private <T extends @Nullable Object> T call(Supplier<T> read) {
        try {
            return read.get();
        } catch (JacksonException error) {
            throw error.getCause() instanceof CharacterCodingException
                    ? new RunError(where + " is not UTF-8 text", error)
                    : ParseProblem.of(where, "JSON", error);
        }
    }
}
