package org.narrowbert.ffm.matrix;

/**
 * Products of float32 matrices by oneDNN, whose operands are rounded to bfloat16 first: 8 bits of mantissa instead of 24, half the memory, and on
 * processors that have the instructions twice the products in a second. Sums and results are float32, and so is all that others keep.
 *
 * <p>Where the library has no such products for a processor, the rounded operands are multiplied as float32: the same products, since those of two bfloat16
 * are float32 without loss, at less than float32's speed.
 */
public final class Bfloat16Products implements NativeProducts {
    private final OneDnnProducts products;
    private final OperandType type;
    private final Operand a = new Operand();
    private final Operand b = new Operand();

    private Bfloat16Products(OneDnnProducts products) {
        this.products = products;
        type = products.computes(OperandType.BFLOAT16) ? OperandType.BFLOAT16 : OperandType.FLOAT32;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param threads number of threads that compute
     */
    public static Bfloat16Products open(int threads) {
        return new Bfloat16Products(OneDnnProducts.open(threads));
    }

    /** Whether the oneDNN that was found has products of bfloat16 for this processor. */
    public static boolean areNative() {
        try (OneDnnProducts products = OneDnnProducts.open(1)) {
            return products.computes(OperandType.BFLOAT16);
        }
    }

    @Override
    public void multiply(ProductShape shape, long aAddress, long bAddress, long c) {
        if (VectorProducts.computes(shape)) {
            VectorProducts.multiply(shape, aAddress, bAddress, c);
            return;
        }
        int aRows = shape.aTransposed() ? shape.depth() : shape.rows();
        int aColumns = shape.aTransposed() ? shape.rows() : shape.depth();
        int bRows = shape.bTransposed() ? shape.columns() : shape.depth();
        int bColumns = shape.bTransposed() ? shape.depth() : shape.columns();
        long aRounded = rounded(a, new MatrixConversion(aRows, aColumns, shape.aStride()), aAddress);
        long bRounded = rounded(b, new MatrixConversion(bRows, bColumns, shape.bStride()), bAddress);
        ProductShape dense = new ProductShape(
                shape.rows(),
                shape.columns(),
                shape.depth(),
                shape.aTransposed(),
                aColumns,
                shape.bTransposed(),
                bColumns,
                shape.cStride(),
                shape.accumulate());
        products.multiply(dense, type, aRounded, bRounded, c);
    }

    /** Rounds an operand into memory of ours; the address there. */
    private long rounded(Operand operand, MatrixConversion shape, long from) {
        long elements = (long) shape.rows() * shape.columns();
        if (type == OperandType.BFLOAT16) {
            long to = operand.reserve(elements * Short.BYTES);
            products.toBfloat16(shape, from, to);
            return to;
        }
        long to = operand.reserve(elements * Float.BYTES);
        shape.round(from, to);
        return to;
    }

    @Override
    public void close() {
        products.close();
        a.close();
        b.close();
    }
}
