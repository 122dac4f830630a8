package org.narrowbert.model.table;

import org.narrowbert.engine.error.RunError;

/** What is done about a row that has not as many fields as the table has columns. */
@FunctionalInterface
public interface RaggedRow {
    /** Such rows are refused. */
    RaggedRow REFUSED = (where, fields, columns) -> {
        throw new RunError(where + " has " + fields + (fields == 1 ? " field" : " fields") + ", and the table has "
                + columns + (columns == 1 ? " column" : " columns") + ": each row must have as many, mend the line");
    };

    /**
     * Told of such a row, which is passed over if this returns.
     *
     * @param where file and line
     * @param fields how many the row has
     * @param columns how many the table has
     */
    void met(String where, int fields, int columns);
}
