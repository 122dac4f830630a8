package org.narrowbert.engine.backend;

/**
 * Names the values of a matrix of states, so that kernels need not look at them anew: calls that are given equal versions find the same values, at the
 * same place, in rows of the same sequences. What they do with these may differ.
 *
 * @param pass the forward pass that the values come from; by identity, unless its class says otherwise
 * @param of what they are values of
 */
public record StatesVersion(Object pass, Object of) {
    /** A version that is equal to itself alone. */
    public static StatesVersion unknown() {
        return new StatesVersion(new Object(), "states");
    }
}
