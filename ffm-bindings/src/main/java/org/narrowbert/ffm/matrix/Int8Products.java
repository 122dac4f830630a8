package org.narrowbert.ffm.matrix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Products of bytes by oneDNN, exact in ints: A holds 0 to 255, B is stored as [columns, depth] and holds {@code -largestWeight()} to {@code
 * largestWeight()}.
 *
 * <p>Processors without the instructions for it (VNNI) add two products in 16 bits, which hold no more than 32,767. There B's bytes must be half as
 * large, so that none is cut off; which processor this is, is found out by a product that tells.
 */
public final class Int8Products implements AutoCloseable {
    /** Most products of a sum in ints: 255 times 127 each. */
    public static final int MOST_DEPTH = Integer.MAX_VALUE / (255 * Byte.MAX_VALUE);

    private static final int LARGEST_BYTE = 255;

    /** 2 * 255 * 64 is the largest that 16 bits hold. */
    private static final int HALF = 64;

    private final OneDnnProducts products;
    private final int largestWeight;

    private Int8Products(OneDnnProducts products, int largestWeight) {
        this.products = products;
        this.largestWeight = largestWeight;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param workers how many threads may call at once
     * @throws NativeCallException when it has none of bytes, or they are not exact
     */
    public static Int8Products open(int workers) {
        OneDnnProducts products = OneDnnProducts.open(workers);
        try {
            for (int largest : new int[] {Byte.MAX_VALUE, HALF}) {
                if (isExact(products, 1, largest) && isExact(products, HALF, largest)) {
                    return new Int8Products(products, largest);
                }
            }
            throw new NativeCallException("oneDNN's products of bytes are not exact on this processor");
        } catch (RuntimeException error) {
            products.close();
            throw error;
        }
    }

    /** Whether B's bytes may have all their values on this processor, by the oneDNN that was found. */
    public static boolean haveAllSteps() {
        try (Int8Products products = open(1)) {
            return products.largestWeight() == Byte.MAX_VALUE;
        }
    }

    /** Bytes that the library has been given to work in. */
    public long workspaceBytes() {
        return products.workspaceBytes();
    }

    /** The largest magnitude of B's bytes with which sums are exact here. */
    public int largestWeight() {
        return largestWeight;
    }

    /**
     * C = A B. Nothing checks the addresses: the caller has checked the extents.
     *
     * @param worker which of the threads calls, from 0
     * @param rows of A and C, which has A's stored end to end
     * @param columns of C, 2 or more: oneDNN 3.8 takes a single one for dense
     * @param depth bytes of a row of A and of B, {@link #MOST_DEPTH} or less
     * @param cStride ints from one row of C to the next
     * @param a absolute address of A
     * @param b absolute address of B
     * @param c absolute address of C
     * @throws NativeCallException when the library refuses
     */
    public void multiply(int worker, int rows, int columns, int depth, int cStride, long a, long b, long c) {
        if (columns < 2 || depth > MOST_DEPTH) {
            throw new IllegalArgumentException(
                    "bytes are not multiplied in " + columns + " columns and depth " + depth);
        }
        ProductShape shape = new ProductShape(rows, columns, depth, false, depth, true, depth, cStride, false);
        products.multiply(worker, shape, OperandType.INT8, a, b, c);
    }

    @Override
    public void close() {
        products.close();
    }

    /** Whether the largest bytes' sums come out right. */
    private static boolean isExact(OneDnnProducts products, int rows, int largest) {
        int size = HALF;
        try (NativeMemory a = NativeMemory.open((long) rows * size);
                NativeMemory b = NativeMemory.open((long) size * size);
                NativeMemory c = NativeMemory.open((long) rows * size * Integer.BYTES)) {
            a.segment().fill((byte) LARGEST_BYTE);
            b.segment().fill((byte) largest);
            ProductShape shape = new ProductShape(rows, size, size, false, size, true, size, size, false);
            products.multiply(0, shape, OperandType.INT8, a.address(), b.address(), c.address());
            MemorySegment sums = c.segment();
            for (int index = 0; index < rows * size; index++) {
                if (sums.getAtIndex(ValueLayout.JAVA_INT, index) != size * LARGEST_BYTE * largest) {
                    return false;
                }
            }
            return true;
        }
    }
}
