package org.narrowbert.engine.backend.vector;

import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.KernelWidths;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Bfloat16Products;
import org.narrowbert.ffm.matrix.BlasProducts;
import org.narrowbert.ffm.matrix.OneDnnProducts;

/** The vector backend in operation: float32, a pool of threads, kernels with their workspaces. */
final class VectorBackend implements Backend {
    private final FixedPool pool;
    private final VectorKernels kernels;

    VectorBackend(BackendOptions options) {
        pool = FixedPool.open(options.threads());
        try {
            kernels = new VectorKernels(pool, products(options));
        } catch (RuntimeException | Error error) {
            pool.close();
            throw error;
        }
    }

    private MatrixProducts products(BackendOptions options) {
        return switch (options.gemm()) {
            case PANAMA ->
                switch (options.precision()) {
                    case FLOAT32 -> WarmingProducts.ofFloat32(pool, VectorWidth.bits());
                    case BFLOAT16 -> WarmingProducts.ofBfloat16Weights(pool, VectorWidth.bits());
                    case INT8 -> throw new AssertionError("refused by the options");
                };
            case BLAS -> {
                require(options.gemm());
                yield new NativeGemm(pool, BlasProducts.open(options.threads()));
            }
            case ONEDNN -> {
                require(options.gemm());
                yield switch (options.precision()) {
                    case FLOAT32 -> new NativeGemm(pool, OneDnnProducts.open(options.threads()));
                    case BFLOAT16 -> new NativeGemm(pool, Bfloat16Products.open(options.threads()));
                    case INT8 -> Int8Gemm.open(pool);
                };
            }
        };
    }

    /** No binding may be called before its library was found and found fit. */
    private static void require(Gemm gemm) {
        if (gemm.availability() instanceof Availability.Missing(var what, var lookedAt)) {
            throw new UserError(what);
        }
    }

    @Override
    public String name() {
        return VectorBackendProvider.NAME;
    }

    @Override
    public ElementType elementType() {
        return ElementType.FLOAT32;
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public void reserve(KernelWidths widths) {
        kernels.reserve(widths);
    }

    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        return kernels.keepPacked(weights);
    }

    @Override
    public long workspaceBytes() {
        return kernels.workspaceBytes();
    }

    @Override
    public Optional<MachinePeak> measurePeak() {
        return Optional.of(PeakMeasurement.of(pool));
    }

    @Override
    public void close() {
        try {
            kernels.close();
        } finally {
            pool.close();
        }
    }
}
