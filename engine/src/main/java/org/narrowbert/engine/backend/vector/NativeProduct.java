package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.ffm.matrix.ProductShape;

/**
 * A product C = addend + A B that a library computes, and what our own kernels do to parts of C when it has: the library adds what C holds already, and no
 * other addend. One object is set again for each product.
 */
final class NativeProduct {
    private boolean leftTransposed;
    private int leftStride;
    private boolean rightTransposed;
    private int rightStride;
    private int depth;
    private boolean accumulates;
    private long addend;
    private int addendStride;
    private boolean addsAfterwards;
    private long target;
    private int targetStride;
    private int rows;
    private int columns;
    private MatrixProducts.Epilogue epilogue = MatrixProducts.Epilogue.NONE;

    /** As {@link MatrixProducts#multiply}, of one row and column or more. */
    void set(
            Addend added,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            MatrixProducts.Epilogue epilogue) {
        this.leftTransposed = leftTransposed;
        leftStride = left.stride();
        this.rightTransposed = rightTransposed;
        rightStride = right.stride();
        depth = leftTransposed ? left.rows() : left.columns();
        this.target = target.address();
        targetStride = target.stride();
        rows = target.rows();
        columns = target.columns();
        addend = added.address();
        addendStride = added.rowStep();
        accumulates = added.isThere() && addend == this.target && addendStride == targetStride;
        addsAfterwards = added.isThere() && !accumulates;
        this.epilogue = epilogue;
    }

    /** Lets go of what the caller gave. */
    void end() {
        epilogue = MatrixProducts.Epilogue.NONE;
    }

    /** Terms of each sum; a library is asked only where there are some. */
    int depth() {
        return depth;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** The whole product as the library is told. */
    ProductShape shape() {
        return shape(rows, columns, leftStride, rightStride);
    }

    /**
     * A part of the product, of all of its depth.
     *
     * @param leftStride elements from one stored row of A to the next, where A is no longer the one that was given
     * @param rightStride the same of B
     */
    ProductShape shape(int rows, int columns, int leftStride, int rightStride) {
        return new ProductShape(
                rows,
                columns,
                depth,
                leftTransposed,
                leftStride,
                rightTransposed,
                rightStride,
                targetStride,
                accumulates);
    }

    /** Elements from A's first to the first that a row of C takes. */
    long leftOffset(int row, int stride) {
        return leftTransposed ? row : (long) row * stride;
    }

    /** Elements from B's first to the first that a column of C takes. */
    long rightOffset(int column, int stride) {
        return rightTransposed ? (long) column * stride : column;
    }

    int leftStride() {
        return leftStride;
    }

    int rightStride() {
        return rightStride;
    }

    /** Absolute address of an element of C. */
    long targetAt(int row, int column) {
        return Checks.row(target, row, targetStride) + (long) column * Float.BYTES;
    }

    /** Whether something remains to be done after the library. */
    boolean isUnfinished() {
        return addsAfterwards || depth == 0 || !epilogue.equals(MatrixProducts.Epilogue.NONE);
    }

    /** Adds what the library has not, and does what follows, for a part of C. */
    void finish(int firstRow, int endRow, int firstColumn, int endColumn) {
        int count = endColumn - firstColumn;
        if (depth == 0 && !accumulates) {
            for (int row = firstRow; row < endRow; row++) {
                RowMoves.zero(targetAt(row, firstColumn), count);
            }
        }
        if (addsAfterwards) {
            for (int row = firstRow; row < endRow; row++) {
                long added = Checks.row(addend, row, addendStride) + (long) firstColumn * Float.BYTES;
                RowMoves.add(added, targetAt(row, firstColumn), count);
            }
        }
        epilogue.finish(firstRow, endRow, firstColumn, endColumn);
    }
}
