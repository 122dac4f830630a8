package org.narrowbert.model.onnx.reading;

import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.GraphSearch;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;

/**
 * Tells a graph's layers by their places in it: from one softmax to the next, as a BERT has them. Names mean nothing, and what is not where a BERT has it
 * is refused.
 */
final class PlaceLabels {
    /** Pairs of dense layers that are looked at; a model of 100 layers has some thousands. */
    private static final int MOST_SEARCHES = 20_000;

    private final OnnxGraph graph;
    private final LayersByOutput layers;
    private final GraphSearch search;
    private final Labels labels = new Labels();
    private int searches;

    private PlaceLabels(OnnxGraph graph, LayersByOutput layers) {
        this.graph = graph;
        this.layers = layers;
        this.search = new GraphSearch(graph);
    }

    /**
     * The labels of an encoder of full layers, and of its pooler if it has one.
     *
     * @throws RunError when it is not a BERT's
     */
    static Labels of(OnnxGraph graph, LayersByOutput layers) {
        return new PlaceLabels(graph, layers).walk();
    }

    private Labels walk() {
        Optional<String> state = Optional.empty();
        int layer = 0;
        for (GraphNode node : graph.nodes()) {
            if (node.is("Softmax")) {
                AttentionPart attention = AttentionPart.of(graph, layers, node)
                        .orElseThrow(() -> foreign("a softmax ('" + node.output() + "') is no attention's"));
                String input = state.orElseGet(() -> embeddings(attention));
                state = Optional.of(layer("bert.encoder.layer." + layer++, input, attention));
            }
        }
        state.ifPresent(this::pooler);
        return state.map(last -> labels)
                .orElseThrow(() -> foreign("it has no softmax, so no attention by the operators of ONNX"));
    }

    private RunError foreign(String what) {
        return new RunError(graph.file() + " is not the graph of a BERT encoder: " + what);
    }

    private String embeddings(AttentionPart first) {
        String state = graph.origin(first.query().input());
        NormLayer norm = layers.norm(state)
                .orElseThrow(
                        () -> foreign("its first attention reads '" + state + "', which is no LayerNorm's result"));
        labels.norm(WeightNames.EMBEDDINGS + ".LayerNorm", norm);
        new EmbeddingLabels(graph).label(norm, labels);
        return state;
    }

    /** One layer; its last state is the result. */
    private String layer(String name, String input, AttentionPart attention) {
        for (DenseLayer projection : new DenseLayer[] {attention.query(), attention.key(), attention.value()}) {
            require(
                    graph.origin(projection.input()).equals(input),
                    name + "'s attention does not read the state before it");
        }
        String self = name + ".attention.self.";
        labels.dense(self + "query", attention.query());
        labels.dense(self + "key", attention.key());
        labels.dense(self + "value", attention.value());

        DenseLayer attended = layers.reader(attention.output(), layer -> true)
                .orElseThrow(() -> foreign(name + " has no dense layer after its attention"));
        labels.dense(name + ".attention.output.dense", attended);
        NormLayer first = norm(name + ".attention.output.LayerNorm", attended, input);

        DenseLayer intermediate = layers.reader(first.output(), layer -> true)
                .orElseThrow(() -> foreign(name + " has no feed-forward layer"));
        labels.dense(name + ".intermediate.dense", intermediate);
        DenseLayer output = layers.find(layer ->
                        !layer.equals(intermediate) && layer.in() == intermediate.out() && reaches(layer, intermediate))
                .orElseThrow(() -> foreign(name + "'s feed-forward layer has no second half"));
        labels.dense(name + ".output.dense", output);
        return norm(name + ".output.LayerNorm", output, first.output()).output();
    }

    /** A graph of nothing but layers that might follow each other would be searched for hours. */
    private boolean reaches(DenseLayer second, DenseLayer first) {
        require(++searches <= MOST_SEARCHES, "its dense layers can be put together in too many ways");
        return new Activations(graph, layers).reaches(second, first);
    }

    private NormLayer norm(String name, DenseLayer dense, String residual) {
        NormLayer norm = layers.normOfSum(dense.output(), residual)
                .orElseThrow(() -> foreign("there is no LayerNorm of a sum where " + name + " should be"));
        labels.norm(name, norm);
        return norm;
    }

    private void pooler(String lastState) {
        layers.find(layer -> isFirstRow(layer.input(), lastState)
                        && graph.consumers(layer.output()).stream().anyMatch(node -> node.is("Tanh")))
                .ifPresent(layer -> labels.dense(WeightNames.POOLER, layer));
    }

    /** Whether a value is the row of [CLS]. */
    private boolean isFirstRow(String value, String states) {
        return search.behindScaling(
                        value,
                        current -> graph.producer(current)
                                .filter(node -> node.is("Gather") || node.is("Slice"))
                                .filter(node -> graph.origin(node.input(0)).equals(states))
                                .isPresent())
                .isPresent();
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw foreign(what);
        }
    }
}
