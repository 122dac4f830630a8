package org.narrowbert.cli;

import org.narrowbert.model.encoder.LastLayer;
import picocli.CommandLine.Option;

/** Options that say how what is narrow is computed, where several ways give the same function. */
final class NarrowingOptions {
    /** What can be asked of the last layer. */
    enum Choice {
        AUTO,
        OFF
    }

    @Option(
            names = "--narrow-last-layer",
            paramLabel = "auto|off",
            defaultValue = "auto",
            description = "From the last attention on, compute only the rows that the head reads: exact, whatever the"
                    + " layout. off: all rows up to the layout's colon (default: ${DEFAULT-VALUE}).")
    private Choice lastLayer;

    NarrowingOptions() {
        lastLayer = Choice.AUTO;
    }

    /** On which rows the last layer is computed. */
    LastLayer lastLayer() {
        return switch (lastLayer) {
            case AUTO -> LastLayer.NARROWED;
            case OFF -> LastLayer.FULL;
        };
    }
}
