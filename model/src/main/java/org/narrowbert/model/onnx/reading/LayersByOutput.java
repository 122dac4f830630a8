package org.narrowbert.model.onnx.reading;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.GraphSearch;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;

/** The layers of a graph by the values that they make. */
final class LayersByOutput {
    private final OnnxGraph graph;
    private final Map<String, DenseLayer> dense = new LinkedHashMap<>();
    private final Map<String, NormLayer> norms = new LinkedHashMap<>();

    LayersByOutput(OnnxGraph graph, List<DenseLayer> dense, List<NormLayer> norms) {
        this.graph = graph;
        dense.forEach(layer -> this.dense.put(layer.output(), layer));
        norms.forEach(layer -> this.norms.put(layer.output(), layer));
    }

    /** The dense layer whose result a value is, rearranged and scaled. */
    Optional<DenseLayer> behind(GraphSearch search, String value) {
        return search.behindScaling(value, dense::containsKey).map(this::dense);
    }

    private DenseLayer dense(String output) {
        DenseLayer layer = dense.get(output);
        if (layer == null) {
            throw new IllegalArgumentException("no dense layer makes " + output);
        }
        return layer;
    }

    boolean isDense(String value) {
        return dense.containsKey(value);
    }

    Optional<NormLayer> norm(String output) {
        return Optional.ofNullable(norms.get(output));
    }

    /** The only dense layer that reads a value and is not among some others. */
    Optional<DenseLayer> reader(String value, Predicate<DenseLayer> wanted) {
        return dense.values().stream()
                .filter(layer -> graph.origin(layer.input()).equals(value))
                .filter(wanted)
                .findFirst();
    }

    /** The dense layer that a condition holds for. */
    Optional<DenseLayer> find(Predicate<DenseLayer> wanted) {
        return dense.values().stream().filter(wanted).findFirst();
    }

    /** The LayerNorm of the sum of two values. */
    Optional<NormLayer> normOfSum(String one, String other) {
        return norms.values().stream()
                .filter(norm -> graph.producer(graph.uncast(norm.input()))
                        .filter(sum -> sum.is("Add"))
                        .filter(sum -> isSum(sum, one, other) || isSum(sum, other, one))
                        .isPresent())
                .findFirst();
    }

    private boolean isSum(GraphNode sum, String first, String second) {
        return graph.origin(sum.input(0)).equals(first)
                && graph.origin(sum.input(1)).equals(second);
    }
}
