package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.RowSet;

/** Checks when a graph is built; every message names both operands with their shapes. */
final class Shapes {
    private Shapes() {}

    static void columns(Operand operand, int columns, Operand because) {
        if (operand.columns() != columns) {
            throw new IllegalArgumentException(operand + " should have " + columns + " columns because of " + because);
        }
    }

    static void same(Activation one, Activation other) {
        if (one.rows() != other.rows() || one.columns() != other.columns()) {
            throw new IllegalArgumentException(one + " and " + other + " should have one shape");
        }
    }

    static void vector(Parameter vector, Operand along) {
        if (vector.rank() != 1 || vector.columns() != along.columns()) {
            throw new IllegalArgumentException(vector + " should be a vector as wide as " + along);
        }
    }

    static void linear(Activation input, Parameter weight, Parameter bias, Activation output) {
        columns(input, weight.columns(), weight);
        columns(output, weight.rows(), weight);
        vector(bias, output);
        if (input.rows() != output.rows()) {
            throw new IllegalArgumentException(input + " and " + output + " should have the same rows");
        }
    }

    static void stack(Activation input, List<Parameter> weights, List<Parameter> biases, Activation output) {
        int rows = 0;
        for (Parameter weight : weights) {
            columns(weight, input.columns(), input);
            rows += weight.rows();
        }
        if (biases.stream().mapToInt(Parameter::columns).sum() != rows) {
            throw new IllegalArgumentException(biases + " should be as wide as " + weights + " are high");
        }
        columns(output, rows, weights.getFirst());
        if (input.rows() != output.rows()) {
            throw new IllegalArgumentException(input + " and " + output + " should have the same rows");
        }
    }

    static void subset(Activation all, Activation part) {
        columns(part, all.columns(), all);
        if (all.rows() != RowSet.TOKENS || part.rows() == RowSet.TOKENS) {
            throw new IllegalArgumentException(part + " should have a subset of the rows of " + all);
        }
    }

    static void heads(Activation query, int heads) {
        if (heads < 1 || query.columns() % heads != 0) {
            throw new IllegalArgumentException(query + " cannot be cut into " + heads + " heads");
        }
    }
}
