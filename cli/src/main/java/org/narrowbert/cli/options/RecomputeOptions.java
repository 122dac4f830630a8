package org.narrowbert.cli.options;

import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Layout;
import picocli.CommandLine.Option;

/** Options of gradient checkpointing: which layers' activations are computed a second time instead of kept. */
public final class RecomputeOptions {
    private static final String LAYERS = "--gradient-checkpointing-layers";

    @Option(
            names = "--gradient-checkpointing",
            description = "Keep no layer's activations for the backward pass but compute them a second time: less"
                    + " memory, about a third more work, the same bits.")
    private boolean all;

    @Option(
            names = LAYERS,
            paramLabel = "LAYERS",
            description = "The same for these layers only, numbered as their weights: 0,2-5 left of the layout's colon,"
                    + " n0-n3 right of it.")
    private Optional<String> layers = Optional.empty();

    /** What holds where nothing is told. */
    public RecomputeOptions() {}

    /**
     * The layers of a layout that they name.
     *
     * @throws UserError naming a layer that the layout does not have, or where both options are given
     */
    public LayerSet layers(Layout layout) {
        if (all && layers.isPresent()) {
            throw new UserError("--gradient-checkpointing is for all layers, and " + LAYERS + " names " + layers.get()
                    + ": leave out one of the two");
        }
        return layers.map(text -> LayerSet.parse(LAYERS, text, layout))
                .orElse(all ? LayerSet.all(layout) : LayerSet.NONE);
    }
}
