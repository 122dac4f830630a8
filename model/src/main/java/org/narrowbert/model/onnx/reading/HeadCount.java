package org.narrowbert.model.onnx.reading;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.model.onnx.reading.graph.GraphNode;
import org.narrowbert.model.onnx.reading.graph.OnnxGraph;
import org.narrowbert.model.onnx.reading.graph.StoredTensor;
import org.narrowbert.model.onnx.reading.graph.TensorValues;

/** Into how many heads queries are divided: by the shape that they are given. */
final class HeadCount {
    private static final int MOST_INPUTS = 16;

    /** Operators between a shape and the constants that it is put together of. */
    private static final int MOST_DEPTH = 4;

    /** Stands for a number that the graph computes. */
    private static final long COMPUTED = Long.MIN_VALUE;

    private final OnnxGraph graph;

    HeadCount(OnnxGraph graph) {
        this.graph = graph;
    }

    /** The number of heads, if a constant tells it. */
    Optional<Integer> of(DenseLayer query) {
        Set<String> seen = new HashSet<>();
        List<String> open = List.of(query.output());
        while (!open.isEmpty() && seen.size() < OnnxGraph.MOST_STEPS) {
            for (String value : open) {
                for (GraphNode node : graph.consumers(value)) {
                    Optional<Integer> heads = node.is("Reshape") ? heads(node, query.out()) : Optional.empty();
                    if (heads.isPresent()) {
                        return heads;
                    }
                }
            }
            open = open.stream()
                    .flatMap(value -> graph.consumers(value).stream())
                    .filter(node -> OnnxGraph.rearranges(node) || node.is("Mul") || node.is("Div"))
                    .map(GraphNode::output)
                    .filter(seen::add)
                    .toList();
        }
        return Optional.empty();
    }

    private Optional<Integer> heads(GraphNode reshape, long hidden) {
        List<Long> shape = integers(reshape.input(1), MOST_DEPTH);
        if (shape.size() != 4) {
            return Optional.empty();
        }
        long heads = shape.get(2);
        long size = shape.get(3);
        if (size > 0 && hidden % size == 0 && (heads <= 0 || heads == hidden / size)) {
            return Optional.of((int) (hidden / size));
        }
        return heads > 0 && hidden % heads == 0 && size <= 0 ? Optional.of((int) heads) : Optional.empty();
    }

    /** The integers that a value holds, as far as they are constants. */
    private List<Long> integers(String value, int depth) {
        Optional<StoredTensor> constant = graph.constant(value)
                .map(OnnxGraph.Constant::tensor)
                .filter(tensor ->
                        TensorValues.isInteger(tensor) && tensor.elements() >= 0 && tensor.elements() <= MOST_INPUTS);
        if (constant.isPresent()) {
            return Arrays.stream(TensorValues.readSmall(constant.get()))
                    .mapToObj(number -> (long) number)
                    .toList();
        }
        Optional<GraphNode> node = graph.producer(value).filter(maker -> depth > 0);
        return switch (node.map(GraphNode::operator).orElse("")) {
            case "Concat" ->
                node.orElseThrow().inputs().stream()
                        .limit(MOST_INPUTS)
                        .flatMap(input -> integers(input, depth - 1).stream())
                        .limit(MOST_INPUTS)
                        .toList();
            case "Identity", "Cast", "Unsqueeze", "Squeeze" ->
                integers(node.orElseThrow().input(0), depth - 1);
            case "Constant" -> node.orElseThrow().integers("value_ints");
            default -> List.of(COMPUTED);
        };
    }
}
