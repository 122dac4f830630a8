package org.narrowbert.model.heads;

import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.Segment;
import org.narrowbert.model.encoder.WeightNames;

/**
 * BERT's classifier of whole texts: the pooler (dense, tanh) on the last state of [CLS], then one linear layer. The narrow rows of a batch are the first
 * of each sequence, so that from the last attention on one row a text is computed, in every layout. With one label it is a regression, or the score of
 * one of several choices.
 *
 * @param graph encoder, pooler and classifier
 * @param logits [sequences, labels]
 * @param segments the encoder's ops by layer
 */
public record SequenceClassification(Graph graph, Activation logits, List<Segment> segments) implements TaskHead {
    /**
     * A model's graph as inference computes it.
     *
     * @param labels number of classes, 1 or more
     */
    public static SequenceClassification inference(BertConfig config, int labels) {
        return of(config, labels, HeadMode.INFERENCE);
    }

    /**
     * A model's graph.
     *
     * @param labels number of classes, 1 or more
     */
    public static SequenceClassification of(BertConfig config, int labels, HeadMode mode) {
        EncoderGraph.Encoder encoder = mode.encoder(config);
        HeadOps head = HeadOps.on(config, encoder).pooler().dropout(mode);
        Activation logits = head.logits(WeightNames.CLASSIFIER, labels);
        return new SequenceClassification(head.graph("sequence classification"), logits, encoder.segments());
    }
}
