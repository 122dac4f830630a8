package org.narrowbert.model.heads;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.WeightNames;

/**
 * BERT's classifier of whole texts: the pooler (dense, tanh) on the last state of [CLS], then one linear layer. The narrow rows of a batch are the first
 * of each sequence, so that from the last attention on one row a text is computed, in every layout. With one label it is a regression.
 *
 * @param graph encoder, pooler and classifier as inference computes them: without dropout, and no token is dropped
 * @param logits [sequences, labels]
 */
public record SequenceClassification(Graph graph, Activation logits) {
    /**
     * A model's graph.
     *
     * @param labels number of classes, 1 or more
     */
    public static SequenceClassification inference(BertConfig config, int labels) {
        EncoderGraph.Encoder encoder = EncoderGraph.of(config, false, LastLayer.NARROWED);
        List<Op> ops = new ArrayList<>(encoder.ops());
        int hidden = config.hiddenSize();
        Activation pooled = new Activation("pooled", RowSet.NARROW, hidden);
        ops.add(new LinearOp.LinearActivation(
                ActivationFunction.TANH,
                encoder.narrow(),
                WeightNames.weight(WeightNames.POOLER, hidden, hidden),
                WeightNames.bias(WeightNames.POOLER, hidden),
                new Activation("pooled.before", RowSet.NARROW, hidden),
                pooled));
        Activation logits = Classifier.on(pooled, labels, ops);
        String name = config.layout().text() + " with sequence classification";
        return new SequenceClassification(new Graph(name, ops, List.of(), List.of(logits)), logits);
    }
}
