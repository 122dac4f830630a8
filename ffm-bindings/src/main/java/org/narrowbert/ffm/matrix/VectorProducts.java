package org.narrowbert.ffm.matrix;

import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Products in which a matrix of one row or column lies apart in memory, by plain sums in double: oneDNN 3.8 takes every such matrix for dense,
 * whatever strides it is told. They are rare (a decoder's last column, alone in its chunk) and small.
 */
final class VectorProducts {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private VectorProducts() {}

    /** Whether a product is one of these. */
    static boolean computes(ProductShape shape) {
        boolean a = shape.aTransposed() ? shape.rows() == 1 : shape.depth() == 1;
        boolean b = shape.bTransposed() ? shape.depth() == 1 : shape.columns() == 1;
        return (a && shape.aStride() > 1)
                || (b && shape.bStride() > 1)
                || (shape.columns() == 1 && shape.cStride() > 1);
    }

    /** Computes one; addresses are absolute. */
    static void multiply(ProductShape shape, long a, long b, long c) {
        for (int row = 0; row < shape.rows(); row++) {
            for (int column = 0; column < shape.columns(); column++) {
                double sum = 0;
                for (int k = 0; k < shape.depth(); k++) {
                    long left = shape.aTransposed() ? at(a, k, row, shape.aStride()) : at(a, row, k, shape.aStride());
                    long right =
                            shape.bTransposed() ? at(b, column, k, shape.bStride()) : at(b, k, column, shape.bStride());
                    sum += (double) AllMemory.SEGMENT.get(FLOAT, left) * AllMemory.SEGMENT.get(FLOAT, right);
                }
                long target = at(c, row, column, shape.cStride());
                double before = shape.accumulate() ? AllMemory.SEGMENT.get(FLOAT, target) : 0;
                AllMemory.SEGMENT.set(FLOAT, target, (float) (before + sum));
            }
        }
    }

    private static long at(long base, int row, int column, int stride) {
        return base + ((long) row * stride + column) * Float.BYTES;
    }
}
