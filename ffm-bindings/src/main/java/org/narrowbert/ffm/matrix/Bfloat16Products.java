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
        if (!rounds(shape)) {
            VectorProducts.multiply(shape, aAddress, bAddress, c);
            return;
        }
        int bRows = shape.bTransposed() ? shape.columns() : shape.depth();
        int bColumns = shape.bTransposed() ? shape.depth() : shape.columns();
        long bRounded = b.reserve(roundedBytes(bRows, bColumns));
        round(bRows, bColumns, shape.bStride(), bAddress, bRounded);
        multiplyRounded(shape, aAddress, bRounded, c);
    }

    /** Whether a product's operands are rounded: of a few that are tiny they are not. */
    public boolean rounds(ProductShape shape) {
        return !VectorProducts.computes(shape);
    }

    /** Bytes of a rounded matrix. */
    public long roundedBytes(int rows, int columns) {
        return (long) rows * columns * (type == OperandType.BFLOAT16 ? Short.BYTES : Float.BYTES);
    }

    /**
     * Rounds a matrix.
     *
     * @param stride elements from one row to the next
     * @param from absolute address of the float32
     * @param to absolute address of {@link #roundedBytes}
     */
    public void round(int rows, int columns, int stride, long from, long to) {
        MatrixConversion conversion = new MatrixConversion(rows, columns, stride);
        if (type == OperandType.BFLOAT16) {
            products.toBfloat16(conversion, from, to);
        } else {
            conversion.round(from, to);
        }
    }

    /**
     * As {@link #multiply}, of a shape that is rounded.
     *
     * @param bRounded address of B, rounded by {@link #round} as it is stored
     */
    public void multiplyRounded(ProductShape shape, long aAddress, long bRounded, long c) {
        int aRows = shape.aTransposed() ? shape.depth() : shape.rows();
        int aColumns = shape.aTransposed() ? shape.rows() : shape.depth();
        long aRounded = a.reserve(roundedBytes(aRows, aColumns));
        round(aRows, aColumns, shape.aStride(), aAddress, aRounded);
        ProductShape dense = new ProductShape(
                shape.rows(),
                shape.columns(),
                shape.depth(),
                shape.aTransposed(),
                aColumns,
                shape.bTransposed(),
                shape.bTransposed() ? shape.depth() : shape.columns(),
                shape.cStride(),
                shape.accumulate());
        products.multiply(dense, type, aRounded, bRounded, c);
    }

    @Override
    public void close() {
        products.close();
        a.close();
        b.close();
    }
}
