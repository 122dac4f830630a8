package org.narrowbert.model.table;

import java.util.List;

/** What stands in one field of a row. */
public sealed interface Cell {
    /**
     * One value.
     *
     * @param text as it stands there; a number or truth value as JSON writes it
     */
    record One(String text) implements Cell {}

    /**
     * A list of values.
     *
     * @param values as they stand there
     */
    record Many(List<String> values) implements Cell {
        public Many {
            values = List.copyOf(values);
        }
    }

    /** No value, or no such field in this row. */
    record None() implements Cell {}
}
