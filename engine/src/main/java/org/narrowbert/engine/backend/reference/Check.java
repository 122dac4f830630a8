package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.tensor.Matrix;

/** Shape checks at a kernel's entry. */
final class Check {
    private Check() {}

    static void shape(String name, Matrix matrix, int rows, int columns) {
        if (matrix.rows() != rows || matrix.columns() != columns) {
            throw new IllegalArgumentException(
                    name + " is " + matrix.shape() + ", not [" + rows + ", " + columns + "]");
        }
    }
}
