package org.narrowbert.model.onnx.reading;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.GraphSearch;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;

/** Which function lies between the halves of a feed-forward layer, by the operators that it is made of. */
final class Activations {
    private final OnnxGraph graph;
    private final LayersByOutput layers;

    Activations(OnnxGraph graph, LayersByOutput layers) {
        this.graph = graph;
        this.layers = layers;
    }

    /** Whether nothing but a function lies between two dense layers. */
    boolean reaches(DenseLayer second, DenseLayer first) {
        AtomicBoolean reached = new AtomicBoolean();
        new GraphSearch(graph).visit(second.input(), layers::isDense, node -> {
            if (node.outputs().contains(first.output())) {
                reached.set(true);
            }
        });
        return reached.get();
    }

    /**
     * The function between the halves of a feed-forward layer.
     *
     * @throws RunError when it is none that is known
     */
    ActivationFunction between(DenseLayer first, DenseLayer second) {
        Set<String> operators = new TreeSet<>();
        Set<ActivationFunction> found = new TreeSet<>();
        new GraphSearch(graph).visit(second.input(), layers::isDense, node -> {
            operators.add(node.operator());
            switch (node.operator()) {
                case "Erf" -> found.add(ActivationFunction.GELU);
                case "Tanh" -> {
                    // Of the layer's result itself it is no part of GELU.
                    if (!takes(node, first)) {
                        found.add(ActivationFunction.GELU_NEW);
                    }
                }
                case "Gelu" ->
                    found.add(
                            "tanh".equals(node.text("approximate"))
                                    ? ActivationFunction.GELU_NEW
                                    : ActivationFunction.GELU);
                case "Relu" -> found.add(ActivationFunction.RELU);
                case "Sigmoid" -> {
                    // Of a multiple of its input it is a rough GELU, which no name of config.json here stands for.
                    if (takes(node, first)) {
                        found.add(ActivationFunction.SILU);
                    }
                }
                default -> {}
            }
        });
        if (found.size() != 1) {
            throw new RunError(graph.file() + ": the function between two dense layers ('"
                    + first.weight().name()
                    + "', '" + second.weight().name() + "') is made of " + String.join(", ", operators)
                    + ", which is none of gelu, gelu_new, relu and silu");
        }
        return found.iterator().next();
    }

    private boolean takes(GraphNode node, DenseLayer layer) {
        return graph.origin(node.input(0)).equals(graph.origin(layer.output()));
    }
}
