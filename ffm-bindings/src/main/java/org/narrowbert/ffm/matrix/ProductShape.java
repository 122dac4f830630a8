package org.narrowbert.ffm.matrix;

/**
 * A product C = A B or C = C + A B: its sizes, and how the rows of each matrix lie.
 *
 * @param rows of C, 1 or more
 * @param columns of C, 1 or more
 * @param depth terms of each sum, 1 or more
 * @param aTransposed whether A is stored as [depth, rows]
 * @param aStride elements from one stored row of A to the next
 * @param bTransposed whether B is stored as [columns, depth]
 * @param bStride elements from one stored row of B to the next
 * @param cStride elements from one row of C to the next
 * @param accumulate whether the product is added to what C holds
 */
public record ProductShape(
        int rows,
        int columns,
        int depth,
        boolean aTransposed,
        int aStride,
        boolean bTransposed,
        int bStride,
        int cStride,
        boolean accumulate) {
    public ProductShape {
        if (rows < 1 || columns < 1 || depth < 1) {
            throw new IllegalArgumentException(
                    "a product of " + rows + " x " + depth + " x " + columns + ": each must be 1 or more");
        }
        if (aStride < (aTransposed ? rows : depth) || bStride < (bTransposed ? depth : columns) || cStride < columns) {
            throw new IllegalArgumentException("rows of a product of " + rows + " x " + depth + " x " + columns
                    + " lie " + aStride + ", " + bStride + " and " + cStride + " elements apart: they overlap");
        }
    }
}
