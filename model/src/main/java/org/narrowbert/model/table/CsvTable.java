package org.narrowbert.model.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.data.text.Texts;

/** The rows of a file of CSV. Empty lines between rows are passed over. */
final class CsvTable implements TableReader {
    /** Most characters of a field, which may be of several lines: twice a line's, since the library doubles its buffer. */
    private static final int FIELD_LIMIT = 2 * ReadingOptions.DOCUMENT_LIMIT;

    private final DocumentFile file;
    private final CloseableIterator<CsvRecord> records;
    private final List<String> columns;
    private int[] chosen = {};
    private long line;

    private CsvTable(DocumentFile file, CloseableIterator<CsvRecord> records) {
        this.file = file;
        this.records = records;
        this.columns = nextRecord()
                .orElseThrow(() -> new RunError(file + " has no row: name a file with rows"))
                .getFields();
    }

    static CsvTable open(DocumentFile file) {
        LinesAsText text = new LinesAsText(Texts.lines(file.path()));
        CsvReader<CsvRecord> reader = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .maxBufferSize(FIELD_LIMIT)
                .ofCsvRecord(text);
        CloseableIterator<CsvRecord> records = reader.iterator();
        try {
            return new CsvTable(file, records);
        } catch (RuntimeException error) {
            text.close();
            throw error;
        }
    }

    private Optional<CsvRecord> nextRecord() {
        try {
            if (!records.hasNext()) {
                return Optional.empty();
            }
            CsvRecord record = records.next();
            line = record.getStartingLineNumber();
            return Optional.of(record);
        } catch (CsvParseException error) {
            if (error.getCause() instanceof RunError ofTheLine) {
                throw ofTheLine;
            }
            throw new RunError(
                    file + ", after line " + line + ", is not sound CSV: " + complaint(error)
                            + "; quotes stand around a whole field, and are doubled within it",
                    error);
        } catch (UncheckedIOException error) {
            throw new AssertionError("lines fail by sentences", error);
        }
    }

    private static String complaint(CsvParseException error) {
        String theirs = String.valueOf(error.getMessage());
        if (error.getCause() instanceof CsvParseException inner) {
            theirs += inner.getMessage();
        } else if (error.getCause() != null) {
            theirs += error.getCause().getMessage();
        }
        if (theirs.contains("buffer size")) {
            return "a field has more than " + FIELD_LIMIT + " characters, or its quote is not closed";
        }
        return theirs.contains("closing quote") ? "text follows a closing quote" : "a quote is not closed";
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public void choose(List<String> names) {
        chosen = names.stream().mapToInt(columns::indexOf).toArray();
    }

    @Override
    public Optional<List<Cell>> next() {
        return nextRecord().map(this::row);
    }

    private List<Cell> row(CsvRecord record) {
        if (record.getFieldCount() != columns.size()) {
            RaggedRow.REFUSED.met(file + ", " + place() + ",", record.getFieldCount(), columns.size());
        }
        List<Cell> row = new ArrayList<>(chosen.length);
        for (int column : chosen) {
            row.add(new Cell.One(record.getField(column)));
        }
        return row;
    }

    @Override
    public String place() {
        return "line " + line;
    }

    @Override
    public void close() {
        try {
            records.close();
        } catch (IOException error) {
            throw new AssertionError("lines fail by sentences", error);
        }
    }
}
