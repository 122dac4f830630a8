package org.narrowbert.model.heads;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.LastLayer;

/**
 * BERT's labels of words: one linear layer on the last states of the narrow rows, which in a batch are the first sub-token of each word. Nothing else
 * is computed from the last attention on.
 *
 * @param graph encoder and classifier as inference computes them: without dropout, and no token is dropped
 * @param logits [narrow rows, labels]
 */
public record TokenClassification(Graph graph, Activation logits) {
    /**
     * A model's graph.
     *
     * @param labels number of labels, 1 or more
     */
    public static TokenClassification inference(BertConfig config, int labels) {
        EncoderGraph.Encoder encoder = EncoderGraph.of(config, false, LastLayer.NARROWED);
        List<Op> ops = new ArrayList<>(encoder.ops());
        Activation logits = Classifier.on(encoder.narrow(), labels, ops);
        String name = config.layout().text() + " with token classification";
        return new TokenClassification(new Graph(name, ops, List.of(), List.of(logits)), logits);
    }
}
