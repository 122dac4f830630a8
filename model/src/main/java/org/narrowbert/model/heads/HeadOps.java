package org.narrowbert.model.heads;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.DropoutOp;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.EncoderGraph;
import org.narrowbert.model.encoder.WeightNames;

/** Adds the ops of a task's head to an encoder's, one after the other. */
final class HeadOps {
    private final BertConfig config;
    private final EncoderGraph.Encoder encoder;
    private final List<Op> ops;
    private Activation current;

    private HeadOps(BertConfig config, EncoderGraph.Encoder encoder) {
        this.config = config;
        this.encoder = encoder;
        ops = new ArrayList<>(encoder.ops());
        current = encoder.narrow();
    }

    /** The head reads the narrow rows' last states. */
    static HeadOps on(BertConfig config, EncoderGraph.Encoder encoder) {
        return new HeadOps(config, encoder);
    }

    /** BERT's pooler: dense, tanh. */
    HeadOps pooler() {
        int hidden = config.hiddenSize();
        Activation pooled = new Activation("pooled", RowSet.NARROW, hidden);
        ops.add(new LinearOp.LinearActivation(
                ActivationFunction.TANH,
                current,
                WeightNames.weight(WeightNames.POOLER, hidden, hidden),
                WeightNames.bias(WeightNames.POOLER, hidden),
                new Activation("pooled.before", RowSet.NARROW, hidden),
                pooled));
        current = pooled;
        return this;
    }

    /** Dropout of what a classifier reads, in training alone. */
    HeadOps dropout(HeadMode mode) {
        double probability = config.classifierDropout().orElse(config.hiddenDropoutProb());
        if (mode.trains() && probability > 0) {
            Activation dropped = new Activation("dropped", RowSet.NARROW, config.hiddenSize());
            ops.add(new DropoutOp.Drop(current, new Dropout((float) probability, encoder.dropoutSites()), dropped));
            current = dropped;
        }
        return this;
    }

    /**
     * The last layer.
     *
     * @param weights what its weights' names begin with
     * @param labels columns of its output, 1 or more
     */
    Activation logits(String weights, int labels) {
        if (labels < 1) {
            throw new IllegalArgumentException("a classifier of " + labels + " labels");
        }
        Activation logits = new Activation("logits", RowSet.NARROW, labels);
        ops.add(new LinearOp.Linear(
                current,
                WeightNames.weight(weights, labels, current.columns()),
                WeightNames.bias(weights, labels),
                logits));
        current = logits;
        return logits;
    }

    /** The whole graph, its logits made last. */
    Graph graph(String head) {
        return new Graph(config.layout().text() + " with " + head, ops, List.of(), List.of(current));
    }
}
