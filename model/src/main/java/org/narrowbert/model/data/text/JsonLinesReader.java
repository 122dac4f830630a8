package org.narrowbert.model.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.ParseProblem;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The documents of a file of JSON Lines: the value of one field of every line's object. */
final class JsonLinesReader implements DocumentReader {
    /** Most bytes of a line: a string of 20 MB, most JSON can hold here, and other fields. */
    static final int LINE_LIMIT = 32 << 20;

    private static final int NAMES_SHOWN = 8;

    private final DocumentFile file;
    private final String column;
    private final boolean nullRefused;
    private final LineReader lines;

    JsonLinesReader(DocumentFile file, ReadingOptions options, ReadingNotes notes) {
        this.file = file;
        this.column = options.textColumn();
        this.nullRefused = options.nullRefused();
        this.lines = new LineReader(file, LINE_LIMIT, options, notes);
    }

    @Override
    public Optional<String> next() {
        Optional<String> line = nextLine();
        while (line.isPresent() && line.get().isBlank()) {
            line = nextLine();
        }
        return line.map(this::text);
    }

    private Optional<String> nextLine() {
        Optional<String> line = lines.next();
        if (lines.wasCut()) {
            throw new RunError(where() + " is longer than " + LINE_LIMIT
                    + " bytes: JSON Lines have one object a line, of at most" + " that length");
        }
        return line;
    }

    /** The field's value in a line; a null is a document without text, or refused. */
    private String text(String line) {
        try (JsonParser parser = StrictJson.parser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RunError(where() + " is not a JSON object: JSON Lines have one object a line");
            }
            Optional<String> text = Optional.empty();
            List<String> names = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(column)) {
                    text = Optional.of(string(parser, value));
                } else {
                    names.add(name);
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new RunError(where() + " goes on after its JSON object: JSON Lines have one object a line");
            }
            return text.orElseThrow(() -> missing(names));
        } catch (JacksonException error) {
            throw unsound(error);
        }
    }

    private String string(JsonParser parser, JsonToken value) {
        return switch (value) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> blank();
            case START_OBJECT,
                    START_ARRAY,
                    VALUE_NUMBER_INT,
                    VALUE_NUMBER_FLOAT,
                    VALUE_TRUE,
                    VALUE_FALSE,
                    NOT_AVAILABLE,
                    END_OBJECT,
                    END_ARRAY,
                    PROPERTY_NAME,
                    VALUE_EMBEDDED_OBJECT ->
                throw new RunError(where() + " has a field '" + column + "' that is no string: name the field with the"
                        + " text with --text-column");
        };
    }

    /** What a null stands for. */
    private String blank() {
        if (nullRefused) {
            throw new RunError(where() + " has null in its field '" + column
                    + "', which is no text: give it one, \"\" for an empty one, or leave the line out");
        }
        return "";
    }

    private RunError missing(List<String> names) {
        String others = names.isEmpty()
                ? "it is empty"
                : "it has " + String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
                        + (names.size() > NAMES_SHOWN ? ", ..." : "");
        return new RunError(where() + " has no field '" + column + "', " + others
                + ": name the field with the text with --text-column");
    }

    private RunError unsound(JacksonException error) {
        var place = error.getLocation();
        String column = place == null ? "" : "column " + place.getColumnNr() + ": ";
        return new RunError(
                where() + " is not sound JSON: " + column + ParseProblem.what(error)
                        + "; JSON Lines have one object a line",
                error);
    }

    private String where() {
        return file + ", " + place() + ",";
    }

    @Override
    public long bytesRead() {
        return lines.bytesRead();
    }

    @Override
    public String place() {
        return "line " + lines.line();
    }

    @Override
    public void close() {
        lines.close();
    }
}
