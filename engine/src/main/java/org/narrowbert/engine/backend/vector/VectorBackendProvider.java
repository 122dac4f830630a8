package org.narrowbert.engine.backend.vector;

import java.util.List;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.BackendProvider;

/** Offers the vector backend where the JVM was started with the Vector API. Touches no vector type itself. */
public final class VectorBackendProvider implements BackendProvider {
    static final String NAME = "vector";
    private static final String MODULE = "jdk.incubator.vector";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return 10;
    }

    @Override
    public Availability availability() {
        return ModuleLayer.boot().findModule(MODULE).isPresent()
                ? new Availability.Ready(
                        "the JDK's Vector API, float32 in vectors of " + Lanes.COUNT * Float.SIZE + " bits")
                : new Availability.Missing(
                        "the JVM was started without the Vector API: add --add-modules " + MODULE,
                        List.of("the boot layer's modules"));
    }

    @Override
    public Backend open(BackendOptions options) {
        return new VectorBackend(options);
    }
}
