package org.narrowbert.ffm.matrix;

/**
 * Products by oneDNN of operands that are rounded to bfloat16 first: 8 bits of mantissa instead of 24, half the memory, and on processors that have the
 * instructions twice the products in a second. Sums and results are float32, and so is all that others keep.
 *
 * <p>Where the library has no such products for a processor, the rounded operands are multiplied as float32: the same products, since those of two bfloat16
 * are float32 without loss, at less than float32's speed.
 */
public final class Bfloat16Products implements AutoCloseable {
    private final OneDnnProducts products;
    private final OperandType type;

    private Bfloat16Products(OneDnnProducts products) {
        this.products = products;
        type = products.computes(OperandType.BFLOAT16) ? OperandType.BFLOAT16 : OperandType.FLOAT32;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param workers how many threads may call at once
     */
    public static Bfloat16Products open(int workers) {
        return new Bfloat16Products(OneDnnProducts.open(workers));
    }

    /** Whether the oneDNN that was found has products of bfloat16 for this processor. */
    public static boolean areNative() {
        try (OneDnnProducts products = OneDnnProducts.open(1)) {
            return products.computes(OperandType.BFLOAT16);
        }
    }

    /** Bytes that the library has been given to work in. */
    public long workspaceBytes() {
        return products.workspaceBytes();
    }

    /**
     * Whether a product's operands are to be rounded. Where a matrix has one row or column that lies apart, which the library takes for dense, they are left as
     * they are, for {@link #multiply}.
     */
    public boolean rounds(ProductShape shape) {
        return !VectorProducts.computes(shape);
    }

    /** Bytes of a rounded number. */
    public int roundedBytes() {
        return type == OperandType.BFLOAT16 ? Short.BYTES : Float.BYTES;
    }

    /**
     * Rounds a matrix, or some rows of one.
     *
     * @param worker which of the threads calls, from 0
     * @param stride elements from one row to the next
     * @param from absolute address of the float32
     * @param to absolute address of rows * columns rounded numbers
     */
    public void round(int worker, int rows, int columns, int stride, long from, long to) {
        MatrixConversion conversion = new MatrixConversion(rows, columns, stride);
        if (type == OperandType.BFLOAT16) {
            products.toBfloat16(worker, conversion, from, to);
        } else {
            conversion.round(from, to);
        }
    }

    /**
     * Computes one product of float32 that is not to be rounded.
     *
     * @throws NativeCallException when the library refuses
     */
    public void multiply(int worker, ProductShape shape, long a, long b, long c) {
        products.multiply(worker, shape, a, b, c);
    }

    /**
     * Computes one product of rounded operands. Nothing checks the addresses: the caller has checked the extents.
     *
     * @param worker which of the threads calls, from 0
     * @param shape with the distances of the rounded matrices' rows
     * @param a absolute address of A's first rounded number
     * @param b absolute address of B's first rounded number
     * @param c absolute address of C's first element, float32
     * @throws NativeCallException when the library refuses
     */
    public void multiplyRounded(int worker, ProductShape shape, long a, long b, long c) {
        products.multiply(worker, shape, type, a, b, c);
    }

    @Override
    public void close() {
        products.close();
    }
}
