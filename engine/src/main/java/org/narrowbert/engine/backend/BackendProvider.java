package org.narrowbert.engine.backend;

/** A backend that may be chosen at run time; found by {@link java.util.ServiceLoader}. Loading a provider must touch no optional module. */
public interface BackendProvider {
    /** The name users choose it by: {@code reference}, {@code vector}. */
    String name();

    /** Of the available backends the one with the highest preference is the default. */
    int preference();

    /** Whether it can run here. */
    Availability availability();

    /** Starts it; the caller closes it. */
    Backend open(BackendOptions options);
}
