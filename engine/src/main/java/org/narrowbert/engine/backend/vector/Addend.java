package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.tensor.Matrix;

/** What a product is added to. One object is set again for each product. */
final class Addend {
    private boolean isThere;
    private long address;
    private int rowStep;

    /** Sums start from 0. */
    Addend nothing() {
        isThere = false;
        return this;
    }

    /** The product is added to what a matrix of its shape holds. */
    Addend matrix(Matrix matrix) {
        isThere = true;
        address = matrix.address();
        rowStep = matrix.stride();
        return this;
    }

    /** The product is added to one row, [1, columns], in all its rows. */
    Addend row(Matrix row) {
        isThere = true;
        address = row.address();
        rowStep = 0;
        return this;
    }

    /** Whether there is one. */
    boolean isThere() {
        return isThere;
    }

    /** Whether it is one row for all. */
    boolean isRow() {
        return isThere && rowStep == 0;
    }

    /** Absolute address of its first element. */
    long address() {
        return address;
    }

    /** Elements from one row to the next; 0 where it is one for all. */
    int rowStep() {
        return rowStep;
    }
}
