package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.LastLayer;

/**
 * An encoder without a head: the last states of the narrow rows, which are all tokens where all are asked for. A base model needs no more.
 *
 * @param graph the encoder
 * @param states [narrow rows, hidden] the rows after the last sublayer
 */
public record EncoderStates(Graph graph, Activation states) {
    /** The states of some rows as inference computes them: without dropout, and no token is dropped. */
    public static EncoderStates of(BertConfig config) {
        return of(config, LastLayer.NARROWED);
    }

    /** The same with a choice of the rows that the last layer is computed on. */
    public static EncoderStates of(BertConfig config, LastLayer lastLayer) {
        EncoderGraph.Encoder encoder = EncoderGraph.of(config, false, lastLayer);
        Graph graph = new Graph(
                config.layout().text() + " without head", encoder.ops(), List.of(), List.of(encoder.narrow()));
        return new EncoderStates(graph, encoder.narrow());
    }
}
