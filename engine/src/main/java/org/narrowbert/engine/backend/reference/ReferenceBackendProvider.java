package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.BackendProvider;

/** Offers the reference backend, which runs everywhere and is chosen by name or when nothing faster can run. */
public final class ReferenceBackendProvider implements BackendProvider {
    static final String NAME = "reference";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new Availability.Ready("plain loops in double on one thread");
    }

    @Override
    public Backend open(BackendOptions options) {
        return new ReferenceBackend();
    }
}
