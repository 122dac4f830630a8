package org.narrowbert.model.table;

import java.util.List;

/**
 * What the first line of a table says.
 *
 * @param columns names of the columns
 * @param isRow whether the line is the first row itself, since the file has no line of names
 */
public record Header(List<String> columns, boolean isRow) {
    public Header {
        columns = List.copyOf(columns);
    }

    /** A line of names. */
    public static Header names(List<String> columns) {
        return new Header(columns, false);
    }
}
