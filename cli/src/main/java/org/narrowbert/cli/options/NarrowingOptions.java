package org.narrowbert.cli.options;

import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Narrowing;
import picocli.CommandLine.Option;

/** Options that say how what is narrow is computed, where several ways give the same function. */
public final class NarrowingOptions {
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

    @Option(
            names = "--narrow-attention",
            paramLabel = "auto|projected|absorbed",
            defaultValue = "auto",
            description = "Narrow attention by keys and values of all tokens (projected), or without them, from the"
                    + " tokens' states (absorbed); auto: for each sequence what costs less (default:"
                    + " ${DEFAULT-VALUE}).")
    private NarrowAttention attention;

    @Option(
            names = "--cost-model",
            paramLabel = "FILE",
            defaultValue = CostRates.BUILT_IN,
            converter = CostRates.Reader.class,
            description =
                    "This machine's rates, by which auto chooses and plan predicts, for any number of threads: a file"
                            + " that bench --calibrate wrote, or the rates themselves (default: those of a machine of two cores,"
                            + " ${DEFAULT-VALUE}).")
    private CostRates costs;

    /** What holds where nothing is told. */
    public NarrowingOptions() {
        lastLayer = Choice.AUTO;
        attention = NarrowAttention.AUTO;
        costs = new CostRates(CostModel.TYPICAL);
    }

    /** How few rows are computed. */
    public Narrowing narrowing() {
        return new Narrowing(lastLayer(), new NarrowAttentionChoice(attention, costs.model()));
    }

    /** On which rows the last layer is computed. */
    LastLayer lastLayer() {
        return switch (lastLayer) {
            case AUTO -> LastLayer.NARROWED;
            case OFF -> LastLayer.FULL;
        };
    }
}
