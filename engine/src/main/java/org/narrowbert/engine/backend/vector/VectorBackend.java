package org.narrowbert.engine.backend.vector;

import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.KernelWidths;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.threads.FixedPool;

/** The vector backend in operation: float32, a pool of threads, kernels with their workspaces. */
final class VectorBackend implements Backend {
    private final FixedPool pool;
    private final VectorKernels kernels;

    VectorBackend(BackendOptions options) {
        pool = FixedPool.open(options.threads());
        try {
            kernels = new VectorKernels(pool, VectorWidth.bits());
        } catch (RuntimeException | Error error) {
            pool.close();
            throw error;
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
