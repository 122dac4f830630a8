package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.BYTES;
import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;
import org.narrowbert.engine.tensor.Rows;

/**
 * Copies of one head's rows into the layouts that {@link AttentionTile} reads: panels of {@link AttentionTile#COLUMNS} columns, one after the
 * other, each [k][columns].
 */
final class AttentionPacking {
    private AttentionPacking() {}

    /**
     * Packs rows as they are: k counts rows. Columns that fill up the last panel are 0.
     *
     * @param source address of the first row's first element
     * @param stride bytes from row to row
     * @param rows number of rows to pack
     * @param width elements of a row
     * @param capacity rows that a panel has room for
     */
    static void rows(long source, long stride, int rows, int width, long target, int capacity) {
        for (int panel = 0; panel < AttentionTile.panels(width); panel++) {
            int first = panel * AttentionTile.COLUMNS;
            long from = source + (long) first * Float.BYTES;
            long to = target + (long) panel * capacity * AttentionTile.PANEL_BYTES;
            if (width - first >= AttentionTile.COLUMNS) {
                for (int row = 0; row < rows; row++) {
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, from, ORDER).intoMemorySegment(MEMORY, to, ORDER);
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, from + BYTES, ORDER)
                            .intoMemorySegment(MEMORY, to + BYTES, ORDER);
                    from += stride;
                    to += AttentionTile.PANEL_BYTES;
                }
            } else {
                narrowRows(from, stride, rows, width - first, to);
            }
        }
    }

    /** Packs the panel of the last columns, which don't fill it. */
    private static void narrowRows(long source, long stride, int rows, int columns, long target) {
        for (int row = 0; row < rows; row++) {
            long from = source + row * stride;
            long to = target + (long) row * AttentionTile.PANEL_BYTES;
            for (int column = 0; column < AttentionTile.COLUMNS; column += COUNT) {
                long at = (long) column * Float.BYTES;
                FloatVector.fromMemorySegment(
                                FLOATS,
                                MEMORY,
                                from + at,
                                ORDER,
                                FLOATS.indexInRange(column, Math.max(column, columns)))
                        .intoMemorySegment(MEMORY, to + at, ORDER);
            }
        }
    }

    /** Writes {@link DropoutLanes}' table of some keys: a key's column is its token's number in the step. */
    static void dropoutColumns(Rows keyRows, int firstKey, int keys, int firstToken, long target) {
        for (int key = 0; key < keys; key++) {
            DropoutLanes.setColumn(target, key, firstToken + keyRows.token(firstKey + key));
        }
    }
}
