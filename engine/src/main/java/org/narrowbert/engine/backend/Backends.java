package org.narrowbert.engine.backend;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.narrowbert.engine.error.UserError;

/** The backends that are installed, and the choice among them. */
public final class Backends {
    private final List<BackendProvider> providers;

    private Backends(List<BackendProvider> providers) {
        this.providers = providers;
    }

    /** Finds all providers. */
    public static Backends find() {
        return new Backends(ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(BackendProvider::preference).reversed())
                .toList());
    }

    /** All providers, the most preferred first. */
    public List<BackendProvider> all() {
        return providers;
    }

    /** The most preferred provider that can run here. */
    public BackendProvider preferred() {
        return providers.stream()
                .filter(provider -> provider.availability() instanceof Availability.Ready)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the reference backend is always ready"));
    }

    /**
     * The provider of a name.
     *
     * @throws UserError when there is none, or when it cannot run here
     */
    public BackendProvider named(String name) {
        BackendProvider provider = providers.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("no backend is called '" + name + "': there is "
                        + providers.stream().map(BackendProvider::name).collect(Collectors.joining(", "))));
        return switch (provider.availability()) {
            case Availability.Ready ready -> provider;
            case Availability.Missing missing ->
                throw new UserError("backend '" + name + "' cannot run here: " + missing.what());
        };
    }
}
