package org.narrowbert.model.onnx.reading;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.GraphSearch;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;

/**
 * One attention of a graph, found from its softmax on.
 *
 * @param query makes the queries
 * @param key makes the keys
 * @param value makes the values
 * @param output the value that the heads' results are
 */
record AttentionPart(DenseLayer query, DenseLayer key, DenseLayer value, String output) {
    /** Operators between a softmax and the product with the values. */
    private static final Set<String> ON_THE_WAY = Set.of("Identity", "Cast", "Dropout", "Where");

    /** The attention of a softmax, if it is one. */
    static Optional<AttentionPart> of(OnnxGraph graph, LayersByOutput layers, GraphNode softmax) {
        GraphSearch search = new GraphSearch(graph);
        Optional<GraphNode> scores = search.scores(softmax.input(0));
        Optional<GraphNode> context = context(graph, softmax.output());
        if (scores.isEmpty() || context.isEmpty()) {
            return Optional.empty();
        }
        Optional<DenseLayer> query = layers.behind(search, scores.get().input(0));
        Optional<DenseLayer> key = layers.behind(search, scores.get().input(1));
        Optional<DenseLayer> value = layers.behind(search, context.get().input(1));
        return query.isEmpty() || key.isEmpty() || value.isEmpty()
                ? Optional.empty()
                : Optional.of(new AttentionPart(
                        query.get(), key.get(), value.get(), context.get().output()));
    }

    /** The product of probabilities and values. */
    private static Optional<GraphNode> context(OnnxGraph graph, String probabilities) {
        Set<String> seen = new HashSet<>();
        List<String> open = List.of(probabilities);
        while (!open.isEmpty() && seen.size() < OnnxGraph.MOST_STEPS) {
            for (String value : open) {
                for (GraphNode taker : graph.consumers(value)) {
                    if (taker.is("MatMul") && taker.input(0).equals(value)) {
                        return Optional.of(taker);
                    }
                }
            }
            open = open.stream()
                    .flatMap(value -> graph.consumers(value).stream())
                    .filter(taker -> ON_THE_WAY.contains(taker.operator()))
                    .map(GraphNode::output)
                    .filter(seen::add)
                    .toList();
        }
        return Optional.empty();
    }
}
