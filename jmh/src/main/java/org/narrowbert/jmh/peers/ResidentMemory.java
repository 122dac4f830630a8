package org.narrowbert.jmh.peers;

import java.util.Optional;

/** Memory that this process holds: weights, activations, code and heap. */
public final class ResidentMemory {
    private static final double KIBIBYTE = 1024;

    private ResidentMemory() {}

    /** The most bytes that it has held until now; empty where the system does not say. */
    public static Optional<Double> most() {
        return ProcessStatus.value("VmHWM").map(text -> KIBIBYTE * Long.parseLong(text.replaceAll("[^0-9]", "")));
    }
}
