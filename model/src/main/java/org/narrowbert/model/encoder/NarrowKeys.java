package org.narrowbert.model.encoder;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Columns;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.graph.RowOp;
import org.narrowbert.engine.graph.StackedLinearOp;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.layout.Step;
import org.narrowbert.model.layout.Sublayer;

/**
 * Keys and values of all narrow attention of a model. All are made of the states where the rows become few, and so in one product, of the
 * sequences whose attention is projected.
 */
final class NarrowKeys {
    /** Those of a model without narrow attention. */
    static final NarrowKeys NONE = new NarrowKeys(List.of());

    private static final String STACK = "narrow.keys_and_values";

    private final Iterator<Layer> layers;

    /** What one layer's attention needs in either form. */
    record Layer(
            Columns key,
            Columns value,
            Parameter keyWeight,
            Parameter keyBias,
            Parameter valueWeight,
            Parameter valueBias) {}

    private NarrowKeys(List<Layer> layers) {
        this.layers = layers.iterator();
    }

    /**
     * Adds the ops that make them.
     *
     * @param source [tokens, hidden] the states where the rows become few
     * @param toCome sublayers of the narrow rows
     * @param frozen layers that training leaves as they are
     */
    static NarrowKeys of(
            BertConfig config, Activation source, List<Sublayer> toCome, FrozenLayers frozen, List<Op> ops) {
        int hidden = config.hiddenSize();
        List<Parameter> weights = new ArrayList<>();
        List<Parameter> biases = new ArrayList<>();
        for (Sublayer sublayer : toCome) {
            if (sublayer.kind() == Step.ATTENTION) {
                String self = sublayer.weights() + ".attention.self.";
                boolean trained = !frozen.contains(sublayer, config.layout());
                weights.add(stacked(WeightNames.weight(self + "key", hidden, source.columns()), trained));
                weights.add(stacked(WeightNames.weight(self + "value", hidden, source.columns()), trained));
                biases.add(stacked(WeightNames.bias(self + "key", hidden), false));
                biases.add(stacked(WeightNames.bias(self + "value", hidden), trained));
            }
        }
        if (weights.isEmpty()) {
            return NONE;
        }
        Activation projected = new Activation(source.name() + ".projected", RowSet.PROJECTED, source.columns());
        Activation stack = new Activation(STACK, RowSet.PROJECTED, weights.size() * hidden);
        ops.add(new RowOp.Gather(source, projected));
        ops.add(new StackedLinearOp.StackedLinear(projected, weights, biases, stack));
        List<Layer> layers = new ArrayList<>();
        for (int place = 0; place < weights.size(); place += 2) {
            layers.add(new Layer(
                    new Columns(stack, place * hidden, hidden),
                    new Columns(stack, (place + 1) * hidden, hidden),
                    weights.get(place),
                    biases.get(place),
                    weights.get(place + 1),
                    biases.get(place + 1)));
        }
        return new NarrowKeys(layers);
    }

    private static Parameter stacked(Parameter parameter, boolean trained) {
        return (trained ? parameter : parameter.frozen()).in(STACK);
    }

    /** The next layer's, from left to right. */
    Layer next() {
        return layers.next();
    }
}
