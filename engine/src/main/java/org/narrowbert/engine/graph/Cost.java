package org.narrowbert.engine.graph;

import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;

/**
 * What an op costs for given row counts.
 *
 * @param kind what bounds its speed
 * @param flops floating-point operations; a multiplication with its addition counts as two
 * @param bytes bytes read and written in float32, each operand once
 */
public record Cost(Kind kind, double flops, double bytes) {
    /** Classes of kernels with a rate of their own. */
    public enum Kind {
        /** Large matrix products. */
        MATRIX_PRODUCT,
        /** Attention's small products and softmax. */
        ATTENTION,
        /** The products of narrow attention that reads the tokens' states instead of keys and values. */
        ABSORBED_ATTENTION,
        /** Bound by memory: normalisation, activation functions, gathers. */
        ELEMENT_WISE
    }

    /** A product of [rows, inner] and [inner, columns]. */
    static Cost product(double rows, double inner, double columns) {
        return new Cost(
                Kind.MATRIX_PRODUCT, 2 * rows * inner * columns, 4 * (rows * inner + inner * columns + rows * columns));
    }

    /** Attention of {@code products} matrix products over all pairs of a query and a key, of {@code width} columns each. */
    static Cost attention(Extents batch, RowSet queries, RowSet keys, int width, int products) {
        double flops = 2.0 * products * batch.pairs(queries, keys) * width;
        return new Cost(Kind.ATTENTION, flops, 4.0 * width * (2.0 * batch.rows(queries) + 2.0 * batch.rows(keys)));
    }

    /** An element-wise op that touches {@code touched} matrices of [rows, columns] with a few operations an element. */
    static Cost elementWise(double rows, double columns, int touched) {
        return new Cost(Kind.ELEMENT_WISE, 10 * rows * columns, 4 * rows * columns * touched);
    }

    /** Both costs; the kind is this one's. */
    public Cost plus(Cost other) {
        return new Cost(kind, flops + other.flops, bytes + other.bytes);
    }
}
