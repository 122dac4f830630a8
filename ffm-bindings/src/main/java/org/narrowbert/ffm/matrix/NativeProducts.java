package org.narrowbert.ffm.matrix;

/**
 * Matrix products by a native library, on a number of threads of its own. One product at a time. The library must have been found and must
 * fit: nothing here looks for it.
 */
public sealed interface NativeProducts extends AutoCloseable permits BlasProducts, OneDnnProducts, Bfloat16Products {
    /**
     * Computes one product. Nothing checks the addresses: the caller has checked the extents.
     *
     * @param a absolute address of A's first element
     * @param b absolute address of B's first element
     * @param c absolute address of C's first element
     * @throws NativeCallException when the library refuses
     */
    void multiply(ProductShape shape, long a, long b, long c);

    @Override
    void close();
}
