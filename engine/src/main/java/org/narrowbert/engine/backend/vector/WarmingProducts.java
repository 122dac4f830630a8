package org.narrowbert.engine.backend.vector;

import java.util.List;
import java.util.function.Predicate;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/** Products by our kernels from a JVM's first moment on: in plain loops until the kernels are compiled ({@link Warming}). The bits are the same. */
final class WarmingProducts implements MatrixProducts {
    private final ScalarProducts plain;
    private final MatrixProducts kernels;
    private final Predicate<Matrix> rounds;
    private final Warming warming;

    private WarmingProducts(FixedPool pool, MatrixProducts kernels, Predicate<Matrix> rounds, Warming warming) {
        plain = new ScalarProducts(pool);
        this.kernels = kernels;
        this.rounds = rounds;
        this.warming = warming;
    }

    /**
     * Products of float32; allocates the workspace of the kernels.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits as {@link GemmDriver}
     * @param warming of the same kernels; remains the caller's
     */
    static WarmingProducts ofFloat32(FixedPool pool, int vectorBits, Warming warming) {
        return new WarmingProducts(pool, new GemmDriver(pool, vectorBits), weight -> false, warming);
    }

    /** The same with weights that are kept as bfloat16. */
    static WarmingProducts ofBfloat16Weights(FixedPool pool, int vectorBits, Warming warming) {
        Bfloat16Gemm kernels = new Bfloat16Gemm(pool, vectorBits);
        return new WarmingProducts(pool, kernels, kernels::rounds, warming);
    }

    @Override
    public long workspaceBytes() {
        return kernels.workspaceBytes();
    }

    /** As the kernels', whose panels are made when they first multiply. */
    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        return kernels.keepPacked(weights);
    }

    @Override
    public boolean isWarming() {
        return warming.isPlain(0);
    }

    @Override
    public void multiply(
            Addend addend,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            Epilogue epilogue) {
        if (leftTransposed || !rightTransposed) {
            warming.useKernels();
        }
        if (!warming.isPlain(2L * target.rows() * target.columns() * left.columns())) {
            kernels.multiply(addend, left, leftTransposed, right, rightTransposed, target, epilogue);
        } else {
            plain.multiply(addend, left, right, rounds.test(right), target, epilogue);
        }
    }

    @Override
    public void close() {
        kernels.close();
    }
}
