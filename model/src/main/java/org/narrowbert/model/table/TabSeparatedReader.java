package org.narrowbert.model.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.Texts;

/** The rows of a file whose fields a tab ends. Empty lines are passed over. */
final class TabSeparatedReader implements TableReader {
    private final Texts lines;
    private final Header header;

    /** The line that was looked at for the names, while it is a row to come. */
    private Optional<String> ahead;

    private int[] chosen = {};

    private final RaggedRow ragged;

    private TabSeparatedReader(Texts lines, Header header, RaggedRow ragged, Optional<String> ahead) {
        this.lines = lines;
        this.header = header;
        this.ragged = ragged;
        this.ahead = ahead;
    }

    static TabSeparatedReader open(DocumentFile file, Function<List<String>, Header> header, RaggedRow ragged) {
        Texts lines = Texts.lines(file.path());
        try {
            String first = lines.next().orElseThrow(() -> new RunError(file + " has no line: name a file with rows"));
            Header names = header.apply(fields(first));
            return new TabSeparatedReader(lines, names, ragged, names.isRow() ? Optional.of(first) : Optional.empty());
        } catch (RuntimeException error) {
            lines.close();
            throw error;
        }
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        int begin = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', begin)) {
            fields.add(line.substring(begin, tab));
            begin = tab + 1;
        }
        fields.add(line.substring(begin));
        return fields;
    }

    @Override
    public List<String> columns() {
        return header.columns();
    }

    @Override
    public void choose(List<String> names) {
        chosen = names.stream().mapToInt(columns()::indexOf).toArray();
    }

    @Override
    public Optional<List<Cell>> next() {
        for (Optional<String> line = nextLine(); line.isPresent(); line = nextLine()) {
            List<String> fields = fields(line.get());
            if (fields.size() == columns().size()) {
                return Optional.of(row(fields));
            }
            if (!line.get().isEmpty()) {
                ragged.met(lines.where(), fields.size(), columns().size());
            }
        }
        return Optional.empty();
    }

    private Optional<String> nextLine() {
        Optional<String> line = ahead.isPresent() ? ahead : lines.next();
        ahead = Optional.empty();
        return line;
    }

    private List<Cell> row(List<String> fields) {
        List<Cell> row = new ArrayList<>(chosen.length);
        for (int column : chosen) {
            row.add(new Cell.One(fields.get(column)));
        }
        return row;
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
