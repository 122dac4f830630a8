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
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.BlasProducts;
import org.narrowbert.ffm.matrix.NativeCallException;

/** The vector backend in operation: float32, a pool of threads, kernels with their workspaces. */
final class VectorBackend implements Backend {
    private final FixedPool pool;
    private final VectorKernels kernels;

    VectorBackend(BackendOptions options) {
        pool = FixedPool.open(options.threads());
        try {
            kernels = kernels(options);
        } catch (RuntimeException | Error error) {
            pool.close();
            throw error;
        }
    }

    private VectorKernels kernels(BackendOptions options) {
        return switch (options.gemm()) {
            case PANAMA -> ours(options.precision());
            case BLAS -> {
                require(options.gemm());
                yield new VectorKernels(pool, new BlasGemm(pool, BlasProducts.open(options.threads())));
            }
            case ONEDNN -> {
                require(options.gemm());
                yield new VectorKernels(pool, oneDnn(options.precision()));
            }
        };
    }

    private MatrixProducts oneDnn(OperandPrecision precision) {
        try {
            return switch (precision) {
                case FLOAT32 -> new OneDnnGemm(pool);
                case BFLOAT16 -> new OneDnnBfloat16Gemm(pool);
                case INT8 -> Int8Gemm.open(pool);
            };
        } catch (NativeCallException refused) {
            throw OneDnnGemm.refusal(refused);
        }
    }

    private VectorKernels ours(OperandPrecision precision) {
        int bits = VectorWidth.bits();
        return switch (precision) {
            case FLOAT32 -> {
                Warming warming = Warming.ofFloat32(bits);
                yield new VectorKernels(pool, WarmingProducts.ofFloat32(pool, bits, warming), warming);
            }
            case BFLOAT16 -> {
                Warming warming = Warming.ofBfloat16Weights(bits);
                yield new VectorKernels(pool, WarmingProducts.ofBfloat16Weights(pool, bits, warming), warming);
            }
            case INT8 -> throw new AssertionError("refused by the options");
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
    public void skipWarmUp() {
        kernels.skipWarmUp();
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
