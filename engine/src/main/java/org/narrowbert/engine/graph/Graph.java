package org.narrowbert.engine.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ops of a forward pass in the order in which they run.
 *
 * @param name for people: a layout and a head
 * @param ops each reads only what earlier ones wrote, parameters, and {@code inputs}
 * @param inputs activations whose values come from outside; none in a model, which starts from the batch's token ids
 * @param outputs activations that are read from outside, and whose gradients are given when training
 */
public record Graph(String name, List<Op> ops, List<Activation> inputs, List<Activation> outputs) {
    public Graph {
        ops = List.copyOf(ops);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Set<Operand> known = new LinkedHashSet<>(inputs);
        Set<String> names = new LinkedHashSet<>();
        for (Op op : ops) {
            for (Operand read : op.reads()) {
                if (read instanceof Activation && !known.contains(read)) {
                    throw new IllegalArgumentException(read + " is read before anything wrote it, by " + op);
                }
            }
            for (Operand written : op.writes()) {
                if (!known.add(written) || !names.add(written.name())) {
                    throw new IllegalArgumentException(written + " is written twice, the second time by " + op);
                }
            }
        }
        for (Activation output : outputs) {
            if (!known.contains(output)) {
                throw new IllegalArgumentException(output + " is an output that nothing writes");
            }
        }
    }

    /** All parameters, in the order in which the ops first read them; a stack's where each part's own op reads it. */
    public List<Parameter> parameters() {
        Set<Parameter> parameters = new LinkedHashSet<>();
        ops.stream().filter(op -> !(op instanceof StackedLinearOp)).forEach(op -> addTo(parameters, op));
        ops.stream().filter(op -> op instanceof StackedLinearOp).forEach(op -> addTo(parameters, op));
        return List.copyOf(parameters);
    }

    private static void addTo(Set<Parameter> parameters, Op op) {
        for (Operand operand : op.reads()) {
            if (operand instanceof Parameter parameter) {
                parameters.add(parameter);
            }
        }
    }

    /** The weights of all linear layers, each [out, in]; those of a stack together, and those of narrow attention's keys and values also apart. */
    public List<List<Parameter>> linearWeights() {
        Set<List<Parameter>> weights = new LinkedHashSet<>();
        for (Op op : ops) {
            switch (op) {
                case LinearOp.Linear linear -> weights.add(List.of(linear.weight()));
                case LinearOp.LinearActivation linear -> weights.add(List.of(linear.weight()));
                case StackedLinearOp.StackedLinear stacked -> weights.add(stacked.weights());
                case NarrowAttentionOp.NarrowAttention attention -> {
                    weights.add(List.of(attention.keyWeight()));
                    weights.add(List.of(attention.valueWeight()));
                }
                default -> {}
            }
        }
        return List.copyOf(weights);
    }

    /** The most tokens that a sequence of up to {@code tokens} can have: no more than there are positions, where the graph begins with embeddings. */
    public int longestSequence(int tokens) {
        for (Op op : ops) {
            if (op instanceof EmbeddingOp.Embed embed) {
                return Math.min(tokens, embed.position().rows());
            }
        }
        return tokens;
    }
}
