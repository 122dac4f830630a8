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
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return new Availability.Missing(
                    "the JVM was started without the Vector API: add --add-modules " + MODULE,
                    List.of("the boot layer's modules"));
        }
        int bits = VectorWidth.bits();
        return bits >= VectorWidth.LEAST
                ? new Availability.Ready("the JDK's Vector API, float32 in vectors of " + bits + " bits")
                : new Availability.Missing(
                        "this JVM computes in vectors of " + bits + " bits, at least " + VectorWidth.LEAST
                                + " are needed: use a JDK whose compiler knows this processor's vector instructions",
                        List.of("the preferred species of the Vector API"));
    }

    @Override
    public Backend open(BackendOptions options) {
        return new VectorBackend(options);
    }
}
