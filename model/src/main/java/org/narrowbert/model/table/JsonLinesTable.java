package org.narrowbert.model.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.json.ParseProblem;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The rows of a file of JSON Lines. Blank lines are passed over; a field that a row lacks has no value. */
final class JsonLinesTable implements TableReader {
    private final Texts lines;
    private final List<String> columns;
    private Optional<String> ahead;
    private List<String> chosen = List.of();

    private JsonLinesTable(Texts lines, DocumentFile file) {
        this.lines = lines;
        this.ahead = nextLine();
        this.columns =
                names(ahead.orElseThrow(() -> new RunError(file + " has no row: name a file with one object a line")));
    }

    static JsonLinesTable open(DocumentFile file) {
        Texts lines = Texts.lines(file.path());
        try {
            return new JsonLinesTable(lines, file);
        } catch (RuntimeException error) {
            lines.close();
            throw error;
        }
    }

    private Optional<String> nextLine() {
        Optional<String> line = lines.next();
        while (line.isPresent() && line.get().isBlank()) {
            line = lines.next();
        }
        return line;
    }

    private List<String> names(String line) {
        List<String> names = new ArrayList<>();
        read(line, (name, parser, _) -> {
            names.add(name);
            parser.skipChildren();
        });
        return Collections.unmodifiableList(names);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public void choose(List<String> names) {
        chosen = List.copyOf(names);
    }

    @Override
    public Optional<List<Cell>> next() {
        Optional<String> line = ahead.isPresent() ? ahead : nextLine();
        ahead = Optional.empty();
        return line.map(this::row);
    }

    private List<Cell> row(String line) {
        Cell[] row = new Cell[chosen.size()];
        Arrays.fill(row, new Cell.None());
        read(line, (name, parser, value) -> {
            int column = chosen.indexOf(name);
            if (column < 0) {
                parser.skipChildren();
            } else {
                row[column] = cell(name, parser, value);
            }
        });
        return List.of(row);
    }

    /** Takes one field of a row. */
    private interface Field {
        void take(String name, JsonParser parser, JsonToken value);
    }

    private void read(String line, Field field) {
        try (JsonParser parser = StrictJson.parser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RunError(lines.where() + " is not a JSON object: JSON Lines have one object a line");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                field.take(name, parser, parser.nextToken());
            }
            if (parser.nextToken() != null) {
                throw new RunError(lines.where() + " goes on after its JSON object: JSON Lines have one object a line");
            }
        } catch (JacksonException error) {
            var place = error.getLocation();
            String column = place == null ? "" : "column " + place.getColumnNr() + ": ";
            throw new RunError(
                    lines.where() + " is not sound JSON: " + column + ParseProblem.what(error)
                            + "; JSON Lines have one object a line",
                    error);
        }
    }

    private Cell cell(String name, JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return new Cell.None();
        }
        if (value != JsonToken.START_ARRAY) {
            return new Cell.One(scalar(name, parser, value));
        }
        List<String> values = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            values.add(scalar(name, parser, token));
        }
        return new Cell.Many(values);
    }

    private String scalar(String name, JsonParser parser, JsonToken value) {
        if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
            throw new RunError(lines.where() + " has in its field '" + Shown.of(name)
                    + "' what is no text, number or list of these: name another field");
        }
        String text = parser.getString();
        if (!Texts.areSound(text)) {
            throw new RunError(lines.where() + " has NUL or half a surrogate pair in its field '" + Shown.of(name)
                    + "', which is no text: mend it");
        }
        return text;
    }

    @Override
    public String place() {
        return lines.place();
    }

    @Override
    public void close() {
        lines.close();
    }
}
