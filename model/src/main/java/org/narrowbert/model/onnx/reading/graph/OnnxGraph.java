package org.narrowbert.model.onnx.reading.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A graph as its file has it, and the ways through it: who makes a value, and who takes it. */
public final class OnnxGraph {
    /** Operators that give on what they are given. */
    private static final Set<String> SAME = Set.of("Identity", "Cast", "Dropout");

    /** Operators that give on the numbers that they are given in another arrangement. */
    private static final Set<String> REARRANGING =
            Set.of("Identity", "Cast", "Dropout", "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Flatten");

    /** Steps of a search after which a graph is no BERT. */
    public static final int MOST_STEPS = 10_000;

    private final Path file;
    private final boolean hasGraph;
    private final List<GraphNode> nodes;
    private final Map<String, StoredTensor> initializers;
    private final List<String> inputs;
    private final Map<String, String> metadata;
    private final Map<String, GraphNode> producers = new HashMap<>();
    private final Map<String, List<GraphNode>> consumers = new HashMap<>();

    /**
     * A constant that a node takes.
     *
     * @param tensor in the file
     * @param transposed whether the node takes it with rows and columns exchanged
     */
    public record Constant(StoredTensor tensor, boolean transposed) {}

    /**
     * A graph of what a file says.
     *
     * @param file that it was read from
     * @param hasGraph whether the file has one at all
     * @param nodes in the file's order
     * @param initializers its constants by name
     * @param inputs names of what a caller gives, constants among them
     * @param metadata what its maker wrote beside it
     */
    OnnxGraph(
            Path file,
            boolean hasGraph,
            List<GraphNode> nodes,
            Map<String, StoredTensor> initializers,
            List<String> inputs,
            Map<String, String> metadata) {
        this.file = file;
        this.hasGraph = hasGraph;
        this.nodes = List.copyOf(nodes);
        this.initializers = initializers;
        this.inputs =
                inputs.stream().filter(name -> !initializers.containsKey(name)).toList();
        this.metadata = Map.copyOf(metadata);
        for (GraphNode node : nodes) {
            node.outputs().forEach(output -> producers.putIfAbsent(output, node));
            node.inputs()
                    .forEach(input -> consumers
                            .computeIfAbsent(input, name -> new ArrayList<>())
                            .add(node));
        }
    }

    /** The file that it was read from. */
    public Path file() {
        return file;
    }

    boolean hasGraph() {
        return hasGraph;
    }

    /** All nodes in the file's order. */
    public List<GraphNode> nodes() {
        return nodes;
    }

    /** Names of the values that a caller gives, weights not among them. */
    public List<String> inputs() {
        return inputs;
    }

    /** Its constants by name. */
    public Map<String, StoredTensor> initializers() {
        return initializers;
    }

    /** What its maker wrote beside it under a key. */
    public Optional<String> metadata(String key) {
        return Optional.ofNullable(metadata.get(key));
    }

    /** The node that makes a value; empty for inputs and constants. */
    public Optional<GraphNode> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that take a value. */
    public List<GraphNode> consumers(String value) {
        return consumers.getOrDefault(value, List.of());
    }

    /** A value before it was cast or copied. */
    public String uncast(String value) {
        return back(value, SAME);
    }

    /** A value before it was rearranged. */
    public String origin(String value) {
        return back(value, REARRANGING);
    }

    /** Whether a node changes the shape of its input and none of its numbers. */
    public static boolean rearranges(GraphNode node) {
        return REARRANGING.contains(node.operator());
    }

    private String back(String value, Set<String> operators) {
        String current = value;
        for (int step = 0; step < MOST_STEPS; step++) {
            GraphNode node = producers.get(current);
            if (node == null || !operators.contains(node.operator())) {
                return current;
            }
            current = node.input(0);
        }
        return current;
    }

    /** The constant that a value is, if it is one; a weight may be transposed by a node of its own. */
    public Optional<Constant> constant(String value) {
        boolean transposed = false;
        String current = value;
        for (int step = 0; step < MOST_STEPS; step++) {
            StoredTensor tensor = initializers.get(current);
            if (tensor != null) {
                return Optional.of(new Constant(tensor, transposed));
            }
            GraphNode node = producers.get(current);
            if (node == null) {
                return Optional.empty();
            }
            if (node.is("Constant")) {
                return node.attributes().get("value") instanceof GraphNode.Attribute.Tensor(var constant)
                        ? Optional.of(new Constant(constant.named(current), transposed))
                        : Optional.empty();
            }
            boolean exchanges = node.is("Transpose")
                    && (node.integers("perm").isEmpty() || node.integers("perm").equals(List.of(1L, 0L)));
            if (!exchanges && !SAME.contains(node.operator())) {
                return Optional.empty();
            }
            transposed ^= exchanges;
            current = node.input(0);
        }
        return Optional.empty();
    }
}
