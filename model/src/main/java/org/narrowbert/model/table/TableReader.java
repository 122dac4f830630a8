package org.narrowbert.model.table;

import java.util.List;
import java.util.Optional;

/** The rows of one open table, in its order. For one thread. */
public interface TableReader extends AutoCloseable {
    /** Names of the columns, in the file's order; of JSON Lines those of the first row. */
    List<String> columns();

    /**
     * Says which columns are read, once and before the first row.
     *
     * @param names each one of {@link #columns}
     * @throws org.narrowbert.engine.error.RunError if one holds what is no text, number or list of these
     */
    void choose(List<String> names);

    /**
     * The chosen fields of the next row, in the chosen order; empty after the last.
     *
     * @throws org.narrowbert.engine.error.RunError if the file cannot be read, is damaged, or has a row that does not fit
     */
    Optional<List<Cell>> next();

    /**
     * What the file says that the whole numbers of a column stand for, from 0 on: Hugging Face's ClassLabel. Empty where it says nothing.
     *
     * @param column one of {@link #columns}
     */
    default List<String> classNames(String column) {
        return List.of();
    }

    /** Where in the file the last row stands, for people: "line 12", "row 7". */
    String place();

    @Override
    void close();
}
