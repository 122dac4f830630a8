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

    /** Every token of the row set is a row of a matrix with {@code rows} rows. */
    static void tokens(Rows subset, String matrixName, int rows) {
        for (int row = 0; row < subset.count(); row++) {
            int token = subset.token(row);
            if (token < 0 || token >= rows) {
                throw new IllegalArgumentException(
                        "row " + row + " stands for token " + token + ", but " + matrixName + " has " + rows + " rows");
            }
        }
    }

    /** Address of the first element of a row. */
    static long row(long base, int row, int stride) {
        return base + (long) row * stride * Float.BYTES;
    }
}
