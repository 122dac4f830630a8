package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** What kernels check once at entry, since behind it addresses are absolute and nothing else guards them. */
final class Checks {
    private Checks() {}

    /** The matrix is [rows, columns] of float32. */
    static void shape(String name, Matrix matrix, int rows, int columns) {
        if (matrix.rows() != rows || matrix.columns() != columns) {
            throw new IllegalArgumentException(
                    name + " is " + matrix.shape() + ", [" + rows + ", " + columns + "] is needed");
        }
        float32(name, matrix);
    }

    /** The matrix holds float32. */
    static void float32(String name, Matrix matrix) {
        if (matrix.buffer().elementType() != ElementType.FLOAT32) {
            throw new IllegalArgumentException(
                    name + " " + matrix.shape() + " holds " + matrix.buffer().elementType() + ", FLOAT32 is needed");
        }
    }

    /** The matrices have one shape and hold float32. */
    static void same(String name, Matrix matrix, String otherName, Matrix other) {
        if (matrix.rows() != other.rows() || matrix.columns() != other.columns()) {
            throw new IllegalArgumentException(
                    name + " is " + matrix.shape() + ", but " + otherName + " is " + other.shape());
        }
        float32(name, matrix);
    }

    /** The first {@code count} numbers are rows of a matrix with {@code rows} rows. */
    static void indices(String name, int[] indices, int count, String matrixName, int rows) {
        if (indices.length < count) {
            throw new IllegalArgumentException(name + " has " + indices.length + " entries for " + count + " rows");
        }
        for (int i = 0; i < count; i++) {
            if (indices[i] < 0 || indices[i] >= rows) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] is " + indices[i] + ", but " + matrixName + " has " + rows + " rows");
            }
        }
    }

    /**
     * The sequences of the row set follow each other from row 0 to the last. They did when it was made, but it looks at arrays that may have
     * been filled again since.
     */
    static void rows(Rows rows) {
        int end = 0;
        for (int sequence = 0; sequence < rows.sequences(); sequence++) {
            if (rows.start(sequence) != end || rows.end(sequence) < end) {
                throw new IllegalArgumentException("sequence " + sequence + " has the rows from " + rows.start(sequence)
                        + " to " + rows.end(sequence) + ", but the one before it ended at " + end);
            }
            end = rows.end(sequence);
        }
        if (end != rows.count()) {
            throw new IllegalArgumentException("sequences end at row " + end + " of " + rows.count());
        }
    }

    /** The tokens of the row set ascend, so that no two rows are written at one place, and are rows of a matrix with {@code rows} rows. */
    static void tokens(Rows subset, String matrixName, int rows) {
        int before = -1;
        for (int row = 0; row < subset.count(); row++) {
            int token = subset.token(row);
            if (token < 0 || token >= rows) {
                throw new IllegalArgumentException(
                        "row " + row + " stands for token " + token + ", but " + matrixName + " has " + rows + " rows");
            }
            if (token <= before) {
                throw new IllegalArgumentException(
                        "row " + row + " stands for token " + token + ", but the row before it for " + before);
            }
            before = token;
        }
    }

    /** Address of the first element of a row. */
    static long row(long base, int row, int stride) {
        return base + (long) row * stride * Float.BYTES;
    }
}
