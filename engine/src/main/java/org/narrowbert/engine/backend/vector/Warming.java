package org.narrowbert.engine.backend.vector;

/**
 * Whether the kernels of vectors are to be used yet: not until there has been enough to compute to repay compiling them, and not before they are
 * compiled, which happens beside the work. Until then there are plain loops with the same bits ({@link ScalarProducts}, {@link
 * AbsorbedPlain}).
 *
 * <p>A command that answers once is done before; a training run gets to the kernels in its first step, since gradients are theirs.
 */
final class Warming implements AutoCloseable {
    /** Operations that plain loops take as long for as the compiler for the kernels, about. */
    private static final long REPAYING = 12_000_000_000L;

    private final KernelWarmUp warmUp;
    private long operations;
    private boolean isWarm;

    /** Nothing is compiled yet. */
    Warming(KernelWarmUp warmUp) {
        this.warmUp = warmUp;
    }

    /** For kernels of float32. */
    static Warming ofFloat32(int vectorBits) {
        return new Warming(new KernelWarmUp(alone -> new GemmDriver(alone, vectorBits), false));
    }

    /** For kernels of weights that are kept as bfloat16. */
    static Warming ofBfloat16Weights(int vectorBits) {
        return new Warming(new KernelWarmUp(alone -> new Bfloat16Gemm(alone, vectorBits), true));
    }

    /**
     * Whether work is to be done in plain loops.
     *
     * @param work its operations
     */
    boolean isPlain(long work) {
        if (!isWarm) {
            operations += work;
            if (operations > REPAYING) {
                warmUp.start();
            }
            isWarm = warmUp.isDone();
        }
        return !isWarm;
    }

    /** The kernels are used from now on, compiled or not. */
    void useKernels() {
        isWarm = true;
    }

    @Override
    public void close() {
        warmUp.close();
    }
}
