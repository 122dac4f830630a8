package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.ElementType;

/** The specification as a backend: double, one thread, no workspace. */
final class ReferenceBackend implements Backend {
    private final Kernels kernels = new ReferenceKernels();

    @Override
    public String name() {
        return ReferenceBackendProvider.NAME;
    }

    @Override
    public ElementType elementType() {
        return ElementType.FLOAT64;
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public long workspaceBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
