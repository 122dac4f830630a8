package org.narrowbert.cli.finetune;

import java.util.List;
import org.narrowbert.model.encoder.WeightNames;

/** The tensors that a model may lack which was never fine-tuned. */
final class HeadTensors {
    private static final List<String> LAST_LAYERS = List.of(WeightNames.CLASSIFIER + ".", WeightNames.SPANS + ".");

    private HeadTensors() {}

    /** Whether a tensor is of a head, the pooler counted in. */
    static boolean isOfHead(String name) {
        return isOfLastLayer(name) || name.startsWith(WeightNames.POOLER + ".");
    }

    /** Whether a tensor is of the layer that fits one task alone. */
    static boolean isOfLastLayer(String name) {
        return LAST_LAYERS.stream().anyMatch(name::startsWith);
    }
}
