package org.narrowbert.model.heads;

import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.LastLayer;

/**
 * What a task's graph is built for.
 *
 * @param trains with dropout; otherwise without
 * @param lastLayer on which rows the last layer is computed
 * @param frozen the part of the encoder that training leaves as it is
 */
public record HeadMode(boolean trains, LastLayer lastLayer, FrozenLayers frozen) {
    /** Answers alone: without dropout. */
    public static final HeadMode INFERENCE = inference(LastLayer.NARROWED);

    /** Answers alone, with a choice of the rows that the last layer is computed on. */
    public static HeadMode inference(LastLayer lastLayer) {
        return new HeadMode(false, lastLayer, FrozenLayers.NONE);
    }

    /** Training of all that is not frozen. */
    public static HeadMode training(LastLayer lastLayer, FrozenLayers frozen) {
        return new HeadMode(true, lastLayer, frozen);
    }

    /** The encoder that the head is put on. A model with brackets is fine-tuned without them: no token of a task's text is dropped. */
    EncoderGraph.Encoder encoder(BertConfig config) {
        return EncoderGraph.of(
                config.toBuilder().layout(config.layout().withoutBrackets()).build(), trains, lastLayer, frozen);
    }
}
