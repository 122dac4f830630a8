package org.narrowbert.model.onnx.reading.graph;

import java.util.List;
import java.util.Map;

/**
 * An operator's use in an ONNX graph.
 *
 * @param operator name, such as {@code MatMul}
 * @param domain whose operator it is; empty for ONNX's own
 * @param inputs names of the values that it takes; an empty name where an optional one is left out
 * @param outputs names of the values that it makes
 * @param attributes settings by name
 */
public record GraphNode(
        String operator, String domain, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    /** A setting of a kind that matters here. */
    public sealed interface Attribute {
        /** A number. */
        record Real(float value) implements Attribute {}

        /** Integers, or one. */
        record Integers(List<Long> values) implements Attribute {
            public Integers {
                values = List.copyOf(values);
            }
        }

        /** A word. */
        record Text(String value) implements Attribute {}

        /** A constant. */
        record Tensor(StoredTensor value) implements Attribute {}
    }

    public GraphNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Map.copyOf(attributes);
    }

    /** Whether it applies an operator. */
    public boolean is(String name) {
        return operator.equals(name);
    }

    /** An input's name; empty where it is left out. */
    public String input(int place) {
        return place < inputs.size() ? inputs.get(place) : "";
    }

    /** The first output's name; empty where there is none. */
    public String output() {
        return outputs.isEmpty() ? "" : outputs.getFirst();
    }

    /** A whole number that it is told, or what holds where it is told none. */
    public long integer(String name, long otherwise) {
        return attributes.get(name) instanceof Attribute.Integers(var values) && values.size() == 1
                ? values.getFirst()
                : otherwise;
    }

    /** Whole numbers that it is told; empty where it is told none. */
    public List<Long> integers(String name) {
        return attributes.get(name) instanceof Attribute.Integers(var values) ? values : List.of();
    }

    /** A number that it is told, or what holds where it is told none. */
    public float real(String name, float otherwise) {
        return attributes.get(name) instanceof Attribute.Real(var value) ? value : otherwise;
    }

    /** A word that it is told; empty where it is told none. */
    public String text(String name) {
        return attributes.get(name) instanceof Attribute.Text(var value) ? value : "";
    }
}
