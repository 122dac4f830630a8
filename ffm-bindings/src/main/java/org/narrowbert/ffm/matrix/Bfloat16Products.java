package org.narrowbert.ffm.matrix;

import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Products of float32 matrices by oneDNN, whose operands are rounded to bfloat16 first: 8 bits of mantissa instead of 24, half the memory, and on
 * processors that have the instructions twice the products in a second. Sums and results are float32, and so is all that others keep.
 */
public final class Bfloat16Products implements NativeProducts {
    private final OneDnnProducts products;
    private final Operand a = new Operand();
    private final Operand b = new Operand();

    private Bfloat16Products(OneDnnProducts products) {
        this.products = products;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param threads number of threads that compute
     */
    public static Bfloat16Products open(int threads) {
        return new Bfloat16Products(OneDnnProducts.open(threads));
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
        long aRounded = a.reserve((long) aRows * aColumns * Short.BYTES);
        long bRounded = b.reserve((long) bRows * bColumns * Short.BYTES);
        products.toBfloat16(new MatrixConversion(aRows, aColumns, shape.aStride()), aAddress, aRounded);
        products.toBfloat16(new MatrixConversion(bRows, bColumns, shape.bStride()), bAddress, bRounded);
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
        products.multiply(dense, OperandType.BFLOAT16, aRounded, bRounded, c);
    }

    @Override
    public void close() {
        products.close();
        a.close();
        b.close();
    }

    /** Room for one rounded operand, which grows when a larger one comes by. */
    private static final class Operand implements AutoCloseable {
        private NativeMemory room = NativeMemory.open(0);

        long reserve(long bytes) {
            if (bytes > room.segment().byteSize()) {
                NativeMemory larger = NativeMemory.open(bytes);
                room.close();
                room = larger;
            }
            return room.address();
        }

        @Override
        public void close() {
            room.close();
        }
    }
}
