package org.narrowbert.engine.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Derives the gradient ops of a graph: walks its ops backwards and lets each emit its rule. An op whose output nobody needs a gradient of, or
 * that only frozen parameters lead to, is passed over; a gradient with several contributions is overwritten by the first and added to by the others.
 */
public final class Derivation {
    private final List<Op> ops = new ArrayList<>();
    private final Map<Operand, Operand> gradients = new LinkedHashMap<>();
    private final Set<Operand> written = new HashSet<>();

    private Derivation() {}

    /**
     * The gradient ops of a graph.
     *
     * @param ops in the order in which they run
     * @param gradients the gradient of each operand that has one: an activation's is an activation, a parameter's is the parameter itself,
     *     standing for its place in the gradients
     */
    public record Result(List<Op> ops, Map<Operand, Operand> gradients) {}

    /** Derives the ops that carry the gradients of the graph's outputs to all parameters and inputs. */
    public static Result of(Graph graph) {
        Derivation derivation = new Derivation();
        Set<Operand> trained = trained(graph);
        for (Activation output : graph.outputs()) {
            derivation.written.add(derivation.gradientOf(output));
        }
        for (Op op : graph.ops().reversed()) {
            if (op instanceof Op.Differentiable differentiable
                    && trained.contains(differentiable.output())
                    && derivation.gradients.containsKey(differentiable.output())) {
                differentiable.differentiate(derivation);
            }
        }
        return new Result(List.copyOf(derivation.ops), Map.copyOf(derivation.gradients));
    }

    /** What depends on the graph's inputs or on a parameter that is trained: nothing else needs a gradient. */
    private static Set<Operand> trained(Graph graph) {
        Set<Operand> trained = new HashSet<>(graph.inputs());
        for (Op op : graph.ops()) {
            if (op.reads().stream()
                    .anyMatch(read ->
                            trained.contains(read) || read instanceof Parameter parameter && parameter.trained())) {
                trained.addAll(op.writes());
            }
        }
        return trained;
    }

    /** The gradient of an op's output, complete when the op's rule is called. */
    Activation gradient(Activation output) {
        return (Activation) gradientOf(output);
    }

    /** Where to put a contribution to the gradient of something the op read. */
    Into into(Operand read) {
        Operand target = gradientOf(read);
        return new Into(target, !written.add(target));
    }

    /** Where to put the gradient of columns that only one op reads; the gradient of the whole is complete when each part's op has run. */
    Columns part(Columns read) {
        Activation target = gradient(read.of());
        written.add(target);
        return read.in(target);
    }

    /** An activation of the backward pass alone, shaped like another. */
    Activation temporary(String name, Activation like) {
        return new Activation(name, like.rows(), like.columns());
    }

    void emit(Op op) {
        ops.add(op);
    }

    /** The three gradients of an affine map. */
    void linear(Activation input, Activation outputGradient, Parameter weight, Parameter bias) {
        if (weight.trained()) {
            emit(new LinearOp.LinearWeightGradient(input, outputGradient, into(weight)));
        }
        if (bias.trained()) {
            emit(new LinearOp.BiasGradient(outputGradient, into(bias)));
        }
        emit(new LinearOp.LinearInputGradient(outputGradient, weight, into(input)));
    }

    private Operand gradientOf(Operand operand) {
        return gradients.computeIfAbsent(operand, key -> switch (key) {
            case Activation activation ->
                new Activation("gradient of " + activation.name(), activation.rows(), activation.columns());
            case Parameter parameter -> parameter;
        });
    }
}
