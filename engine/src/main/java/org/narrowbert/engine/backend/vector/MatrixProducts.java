package org.narrowbert.engine.backend.vector;

import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;

/** Matrix products C = addend + A B, each of A and B possibly transposed, on all threads; one product at a time. */
interface MatrixProducts extends AutoCloseable {
    /** What follows a product, while the rows are still in a cache. */
    interface Epilogue {
        /** Does nothing. */
        Epilogue NONE = (firstRow, endRow, firstColumn, endColumn) -> {};

        /** Called once for each part of C when its elements are final, on any thread. */
        void finish(int firstRow, int endRow, int firstColumn, int endColumn);
    }

    /** Off-heap bytes kept from call to call. */
    long workspaceBytes();

    /** As {@link org.narrowbert.engine.backend.Backend#keepPacked}. */
    default PackedWeights keepPacked(List<Matrix> weights) {
        return PackedWeights.NONE;
    }

    /** Whether the kernels are not compiled yet, so that what follows the next product is done in plain loops as well. */
    default boolean isWarming() {
        return false;
    }

    /**
     * Computes C = addend + A B. Shapes have been checked.
     *
     * @param addend looked at now, not kept
     * @param left A [rows, depth], or [depth, rows] when {@code leftTransposed}
     * @param right B [depth, columns], or [columns, depth] when {@code rightTransposed}
     * @param target C [rows, columns]; may be the addend
     */
    void multiply(
            Addend addend,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            Epilogue epilogue);

    @Override
    void close();
}
