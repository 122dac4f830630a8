package org.narrowbert.engine.backend.vector;

import java.util.List;
import java.util.function.Predicate;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Products by our kernels from a JVM's first moment on: in plain loops until there has been enough to compute to repay compiling kernels of vectors,
 * and on until they are compiled, which happens beside the work. The bits are the same all the while.
 *
 * <p>A command that answers once is done before; a training run gets to the kernels in its first step, since the products of gradients are theirs.
 */
final class WarmingProducts implements MatrixProducts {
    /** Operations that plain loops take as long for as the compiler for the kernels, about. */
    private static final long REPAYING = 12_000_000_000L;

    private final ScalarProducts plain;
    private final MatrixProducts kernels;
    private final Predicate<Matrix> rounds;
    private final KernelWarmUp warmUp;
    private long operations;
    private boolean isWarm;

    private WarmingProducts(FixedPool pool, MatrixProducts kernels, Predicate<Matrix> rounds, KernelWarmUp warmUp) {
        plain = new ScalarProducts(pool);
        this.kernels = kernels;
        this.rounds = rounds;
        this.warmUp = warmUp;
    }

    /**
     * Products of float32; allocates the workspace of the kernels.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits as {@link GemmDriver}
     */
    static WarmingProducts ofFloat32(FixedPool pool, int vectorBits) {
        KernelWarmUp warmUp = new KernelWarmUp(alone -> new GemmDriver(alone, vectorBits), false);
        return new WarmingProducts(pool, new GemmDriver(pool, vectorBits), weight -> false, warmUp);
    }

    /** The same with weights that are kept as bfloat16. */
    static WarmingProducts ofBfloat16Weights(FixedPool pool, int vectorBits) {
        Bfloat16Gemm kernels = new Bfloat16Gemm(pool, vectorBits);
        KernelWarmUp warmUp = new KernelWarmUp(alone -> new Bfloat16Gemm(alone, vectorBits), true);
        return new WarmingProducts(pool, kernels, kernels::rounds, warmUp);
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
    public void multiply(
            Addend addend,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            Epilogue epilogue) {
        if (!isWarm) {
            operations += 2L * target.rows() * target.columns() * (leftTransposed ? left.rows() : left.columns());
            if (operations > REPAYING) {
                warmUp.start();
            }
            isWarm = leftTransposed || !rightTransposed || warmUp.isDone();
        }
        if (isWarm) {
            kernels.multiply(addend, left, leftTransposed, right, rightTransposed, target, epilogue);
        } else {
            plain.multiply(addend, left, right, rounds.test(right), target, epilogue);
        }
    }

    @Override
    public void close() {
        warmUp.close();
        kernels.close();
    }
}
