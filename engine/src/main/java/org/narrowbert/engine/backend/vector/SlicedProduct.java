package org.narrowbert.engine.backend.vector;

import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.ProductShape;

/** Computes a product in parts: each thread asks a library for some, and finishes them while they lie in its cache. */
final class SlicedProduct {
    /** What a library computes of a product. */
    interface Part {
        /**
         * C = A B, or C = C + A B, of one part.
         *
         * @param worker which thread calls
         * @param a absolute address of the first element of A that the part takes
         * @param b absolute address of the first element of B that the part takes
         * @param c absolute address of the part's first element
         */
        void multiply(int worker, ProductShape shape, long a, long b, long c);
    }

    private final FixedPool pool;
    private final ProductSlices slices = new ProductSlices();
    private final FixedPool.Task compute = this::compute;

    // The product under way.
    private final NativeProduct product = new NativeProduct();
    private Part library = (worker, shape, a, b, c) -> {};
    private int operandBytes;
    private long a;
    private int aStride;
    private long b;
    private int bStride;

    /** Of products on a pool's threads; it remains the caller's. */
    SlicedProduct(FixedPool pool) {
        this.pool = pool;
    }

    /** The product that is to be computed. */
    NativeProduct product() {
        return product;
    }

    /**
     * Computes it.
     *
     * @param operandBytes bytes of an element of A and of B
     * @param a absolute address of A, stored as the product was told
     * @param aStride elements from one stored row of A to the next
     * @param b absolute address of B
     * @param bStride elements from one stored row of B to the next
     */
    void run(Part library, int operandBytes, long a, int aStride, long b, int bStride) {
        this.library = library;
        this.operandBytes = operandBytes;
        this.a = a;
        this.aStride = aStride;
        this.b = b;
        this.bStride = bStride;
        slices.set(product.rows(), product.columns());
        pool.run(slices.count(), compute);
    }

    private void compute(int part, int worker) {
        int firstRow = slices.firstRow(part);
        int endRow = slices.endRow(part);
        int firstColumn = slices.firstColumn(part);
        int endColumn = slices.endColumn(part);
        if (product.depth() > 0) {
            library.multiply(
                    worker,
                    product.shape(endRow - firstRow, endColumn - firstColumn, aStride, bStride),
                    a + product.leftOffset(firstRow, aStride) * operandBytes,
                    b + product.rightOffset(firstColumn, bStride) * operandBytes,
                    product.targetAt(firstRow, firstColumn));
        }
        product.finish(firstRow, endRow, firstColumn, endColumn);
    }
}
