package org.narrowbert.model.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.model.onnx.Messages.Attribute;

/** An ONNX graph while it is built: nodes in order, small constants, and the parameters that they read. Every tensor has a name. */
final class Nodes {
    private final List<byte[]> nodes = new ArrayList<>();
    private final Map<String, byte[]> constants = new LinkedHashMap<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, String> transposed = new LinkedHashMap<>();

    List<byte[]> nodes() {
        return List.copyOf(nodes);
    }

    List<byte[]> constants() {
        return List.copyOf(constants.values());
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /** Adds a node; returns its output's name. */
    String add(String output, String operator, List<String> inputs, Attribute... attributes) {
        nodes.add(Messages.node(operator, inputs, output, List.of(attributes)));
        return output;
    }

    /** Adds a node of two inputs. */
    String add(String output, String operator, String first, String second, Attribute... attributes) {
        return add(output, operator, List.of(first, second), attributes);
    }

    /** A number as a tensor without dimensions. */
    String scalar(String name, double value) {
        constants.computeIfAbsent(name, key -> Messages.scalar(key, (float) value));
        return name;
    }

    /** Integers as a vector. */
    String integers(String name, long... values) {
        constants.computeIfAbsent(name, key -> Messages.integers(key, values));
        return name;
    }

    /** A parameter as it is, [rows, columns] or [columns]. */
    String parameter(Parameter parameter) {
        parameters.putIfAbsent(parameter.name(), parameter);
        return parameter.name();
    }

    /**
     * A weight [out, in] as [in, out]. The file holds each weight once and under Hugging Face's shape, the word embeddings too, which the decoder is
     * tied to; runtimes turn it when they load the file.
     */
    String transposed(Parameter weight) {
        return transposed.computeIfAbsent(
                parameter(weight),
                name -> add(name + ".transposed", "Transpose", List.of(name), Attribute.ofList("perm", 1, 0)));
    }
}
