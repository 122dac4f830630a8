package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Where one call of absorbed attention has what belongs to a narrow row and a head. */
final class AbsorbedRows {
    private final AbsorbedAttention on;
    private final AbsorbedShape shape;
    private final long table;

    /**
     * Writes the dropout mask's table of all tokens, if there is dropout.
     *
     * @param table address of room for it
     */
    AbsorbedRows(AbsorbedAttention on, AbsorbedShape shape, long table) {
        this.on = on;
        this.shape = shape;
        this.table = table;
        if (on.dropout().active()) {
            Rows tokens = on.sourceRows();
            for (int token = 0; token < tokens.count(); token++) {
                DropoutLanes.setColumn(table, token, on.dropout().firstToken() + tokens.token(token));
            }
        }
    }

    /** Bytes of the dropout mask's table. */
    static long tableBytes(AbsorbedAttention on) {
        return DropoutLanes.tableBytes(on.dropout().active() ? on.sourceRows().count() : 0);
    }

    /** What makes scores of products. */
    float scale() {
        return (float) (1 / Math.sqrt(shape.headSize()));
    }

    /** The row's key in the dropout mask. */
    long rowKey(int narrow, int head) {
        return on.dropout().active() ? on.dropout().rowKey(on.queryRows().token(narrow), head) : 0;
    }

    /** The dropout mask's table of a sequence's tokens. */
    long tableAt(int sequence) {
        return table + (long) on.sourceRows().start(sequence) * Integer.BYTES;
    }

    /** A row of scores of the group. */
    long scoresAt(long base, int rowOfGroup, int head) {
        return base + ((long) rowOfGroup * shape.heads() + head) * shape.scoreRow() * Float.BYTES;
    }

    /** A head's columns of a narrow row. */
    long headAt(Matrix matrix, int narrow, int head) {
        return row(matrix.address(), narrow, matrix.stride()) + (long) head * shape.headSize() * Float.BYTES;
    }

    /** The element (narrow row, head) of a matrix. */
    static float get(Matrix matrix, int narrow, int head) {
        return Lanes.MEMORY.get(Lanes.FLOAT, address(matrix, narrow, head));
    }

    /** Sets the element (narrow row, head) of a matrix. */
    static void set(Matrix matrix, int narrow, int head, float value) {
        Lanes.MEMORY.set(Lanes.FLOAT, address(matrix, narrow, head), value);
    }

    private static long address(Matrix matrix, int narrow, int head) {
        return row(matrix.address(), narrow, matrix.stride()) + (long) head * Float.BYTES;
    }
}
