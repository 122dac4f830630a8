package org.narrowbert.engine.graph;

import org.narrowbert.engine.tensor.RowSet;

/**
 * A matrix [rows of a row set, columns] that each batch makes anew.
 *
 * @param name unique within the graph
 * @param rows which of the batch's tokens its rows stand for
 * @param columns number of columns
 */
public record Activation(String name, RowSet rows, int columns) implements Operand {
    public Activation {
        if (columns < 1) {
            throw new IllegalArgumentException("activation " + name + " has " + columns + " columns");
        }
    }

    @Override
    public String toString() {
        return name + " [" + rows.name().toLowerCase(java.util.Locale.ROOT) + ", " + columns + "]";
    }
}
