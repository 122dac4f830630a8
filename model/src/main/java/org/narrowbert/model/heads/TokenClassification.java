package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.Segment;
import org.narrowbert.model.encoder.WeightNames;

/**
 * BERT's labels of words: one linear layer on the last states of the narrow rows, which in a batch are the first sub-token of each word. Nothing else
 * is computed from the last attention on.
 *
 * @param graph encoder and classifier
 * @param logits [narrow rows, labels]
 * @param segments the encoder's ops by layer
 */
public record TokenClassification(Graph graph, Activation logits, List<Segment> segments) implements TaskHead {
    /**
     * A model's graph as inference computes it.
     *
     * @param labels number of labels, 1 or more
     */
    public static TokenClassification inference(BertConfig config, int labels) {
        return of(config, labels, HeadMode.INFERENCE);
    }

    /**
     * A model's graph.
     *
     * @param labels number of labels, 1 or more
     */
    public static TokenClassification of(BertConfig config, int labels, HeadMode mode) {
        EncoderGraph.Encoder encoder = mode.encoder(config);
        HeadOps head = HeadOps.on(config, encoder).dropout(mode);
        Activation logits = head.logits(WeightNames.CLASSIFIER, labels);
        return new TokenClassification(head.graph("token classification"), logits, encoder.segments());
    }
}
