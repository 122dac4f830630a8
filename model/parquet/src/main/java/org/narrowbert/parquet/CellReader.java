package org.narrowbert.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.table.Cell;

/** The fields of one column in one row group: a value each, or a list. */
final class CellReader {
    private final ColumnReader reader;
    private final Column column;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    /** The value that was read to see whether it goes on with a list, and begins the next. */
    private ByteBuffer ahead = ByteBuffer.allocate(0);

    private boolean hasAhead;

    CellReader(ColumnReader reader, Column column) {
        this.reader = reader;
        this.column = column;
    }

    /**
     * The next row's field.
     *
     * @param where file and row, for an error message
     */
    Cell next(String where) throws IOException, Damage {
        if (!hasAhead) {
            advance();
        }
        Damage.unless(hasAhead, "the column " + column.name() + " has fewer values than rows");
        if (column.levels().repetition() == 0) {
            hasAhead = false;
            return reader.isMissing() ? new Cell.None() : new Cell.One(text(ahead, where));
        }
        Damage.unless(!reader.goesOn(), "the column " + column.name() + " begins within a list");
        return list(where);
    }

    private Cell list(String where) throws IOException, Damage {
        int list = column.levels().list();
        if (reader.definition() < list) {
            // An empty list of a column whose lists may be missing is defined one level higher than a missing one.
            boolean missing = reader.definition() < list - 1;
            advance();
            return missing ? new Cell.None() : new Cell.Many(List.of());
        }
        List<String> values = new ArrayList<>();
        do {
            if (reader.isMissing()) {
                throw new RunError(
                        where + " has a missing value in the list of its column '" + column.name() + "': mend it");
            }
            values.add(text(ahead, where));
            advance();
        } while (hasAhead && reader.goesOn());
        return new Cell.Many(values);
    }

    private void advance() throws IOException, Damage {
        hasAhead = reader.hasNext();
        if (hasAhead) {
            ahead = reader.next();
        }
    }

    private String text(ByteBuffer value, String where) {
        if (column.kind() != ValueKind.TEXT) {
            return column.kind().text(value);
        }
        String text;
        try {
            text = decoder.decode(value).toString();
        } catch (CharacterCodingException error) {
            throw new RunError(
                    where + " has in its column '" + column.name()
                            + "' what is not UTF-8 text: write the file again as UTF-8",
                    error);
        }
        if (!Texts.areSound(text)) {
            throw new RunError(where + " has NUL or half a surrogate pair in its column '" + column.name()
                    + "', which is no text: mend it");
        }
        return text;
    }

    /** Where in the file the page is that was read last. */
    long position() {
        return reader.position();
    }
}
