package org.narrowbert.model.onnx.reading.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Searches from a value against the graph's direction, through operators of certain kinds. */
public final class GraphSearch {
    private static final Set<String> SCALING = Set.of("Mul", "Div");
    private static final Set<String> SCORING = Set.of("Mul", "Div", "Add", "Where", "Max", "Softmax");

    private final OnnxGraph graph;

    /** Searches in a graph. */
    public GraphSearch(OnnxGraph graph) {
        this.graph = graph;
    }

    /** The nearest value before this one that fulfils a condition, behind operators that only rearrange and scale. */
    public Optional<String> behindScaling(String value, Predicate<String> wanted) {
        return back(value, wanted, node -> OnnxGraph.rearranges(node) || SCALING.contains(node.operator()));
    }

    /** The node that makes attention's scores: a product of two computed matrices, before the mask and the scale. */
    public Optional<GraphNode> scores(String beforeSoftmax) {
        return back(
                        beforeSoftmax,
                        value -> graph.producer(value)
                                .filter(this::multipliesTwo)
                                .isPresent(),
                        node -> OnnxGraph.rearranges(node) || SCORING.contains(node.operator()))
                .flatMap(graph::producer);
    }

    /** Whether a node multiplies two matrices, none of which is a weight. */
    boolean multipliesTwo(GraphNode node) {
        return node.is("MatMul")
                && graph.constant(node.input(0)).isEmpty()
                && graph.constant(node.input(1)).isEmpty();
    }

    /** Visits all nodes that a value depends on, up to values where a condition ends the way. */
    public void visit(String value, Predicate<String> ends, Consumer<GraphNode> visitor) {
        back(value, current -> false, node -> {
            visitor.accept(node);
            return !ends.test(node.output());
        });
    }

    /** Breadth first: of several values that are wanted, one that fewest operators lie before. */
    private Optional<String> back(String value, Predicate<String> wanted, Predicate<GraphNode> through) {
        Set<String> seen = new HashSet<>(Set.of(value));
        Deque<String> open = new ArrayDeque<>(Set.of(value));
        while (!open.isEmpty() && seen.size() < OnnxGraph.MOST_STEPS) {
            String current = open.removeFirst();
            if (wanted.test(current)) {
                return Optional.of(current);
            }
            graph.producer(current)
                    .filter(through)
                    .ifPresent(node -> node.inputs().stream()
                            .filter(input -> !input.isEmpty() && seen.add(input))
                            .forEach(open::addLast));
        }
        return Optional.empty();
    }
}
