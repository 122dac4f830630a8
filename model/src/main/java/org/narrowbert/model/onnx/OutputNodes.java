package org.narrowbert.model.onnx;

import java.util.List;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.onnx.Messages.Attribute;

/** The nodes after a head: results under the names that users of other exports know, pooled and brought to length one where that is asked for. */
final class OutputNodes {
    /** Below any state, and finite, so that no padding is the largest. */
    private static final double LEAST = -3e38;

    /** Smaller norms count as this: a vector of zeros stays one. */
    private static final double LEAST_NORM = 1e-12;

    private final Nodes nodes;
    private final TokenInputs inputs;

    OutputNodes(Nodes nodes, TokenInputs inputs) {
        this.nodes = nodes;
        this.inputs = inputs;
    }

    /** A value under another name. */
    String named(String value, String output) {
        return value.equals(output) ? value : nodes.add(output, "Identity", List.of(value));
    }

    /** [batch, 1, columns] as [batch, columns]. */
    String withoutRows(String value, String output) {
        return nodes.add(output, "Squeeze", value, nodes.integers("axis.1", 1));
    }

    /** [batch * choices, 1, 1] as [batch, choices]. */
    String oneEachChoice(String value, String output) {
        String ids = inputs.values().getFirst().name();
        nodes.add(output + ".shape", "Shape", List.of(ids), Attribute.of("start", 0), Attribute.of("end", 2));
        return nodes.add(output, "Reshape", value, output + ".shape");
    }

    /** A column of [batch, sequence, columns] as [batch, sequence]. */
    String column(String value, int column, String output) {
        String place = nodes.integers(output + ".place", column);
        nodes.add(output + ".column", "Gather", value, place, Attribute.of("axis", 2));
        return nodes.add(output, "Squeeze", output + ".column", nodes.integers("axis.2", 2));
    }

    /**
     * Vectors of texts.
     *
     * @param states [batch, sequence, hidden], or of [CLS] alone [batch, 1, hidden]
     * @return [batch, hidden]
     */
    String sentenceEmbedding(String states, SentenceSettings settings, String output) {
        String pooled = settings.normalized() ? output + ".pooled" : output;
        switch (settings.pooling()) {
            case CLS -> withoutRows(states, pooled);
            case MEAN -> mean(states, pooled);
            case MAX -> max(states, pooled);
        }
        if (settings.normalized()) {
            nodes.add(
                    output + ".norm",
                    "ReduceL2",
                    List.of(pooled),
                    Attribute.ofList("axes", 1),
                    Attribute.of("keepdims", 1));
            nodes.add(output + ".norm.safe", "Max", output + ".norm", nodes.scalar("least.norm", LEAST_NORM));
            nodes.add(output, "Div", pooled, output + ".norm.safe");
        }
        return output;
    }

    private void mean(String states, String output) {
        String mask = mask(output);
        nodes.add(output + ".masked", "Mul", states, mask);
        String axis = nodes.integers("axis.1", 1);
        nodes.add(output + ".sum", "ReduceSum", output + ".masked", axis, Attribute.of("keepdims", 0));
        nodes.add(output + ".count", "ReduceSum", mask, axis, Attribute.of("keepdims", 0));
        nodes.add(output + ".count.safe", "Max", output + ".count", nodes.scalar("one", 1));
        nodes.add(output, "Div", output + ".sum", output + ".count.safe");
    }

    private void max(String states, String output) {
        nodes.add(output + ".is_token", "Cast", List.of(mask(output)), Attribute.of("to", Messages.BOOL));
        nodes.add(output + ".masked", "Where", List.of(output + ".is_token", states, nodes.scalar("least", LEAST)));
        nodes.add(
                output,
                "ReduceMax",
                List.of(output + ".masked"),
                Attribute.ofList("axes", 1),
                Attribute.of("keepdims", 0));
    }

    /** [batch, sequence, 1] 1 for tokens, 0 for padding. */
    private String mask(String output) {
        nodes.add(output + ".mask.rows", "Unsqueeze", inputs.attentionMask(), nodes.integers("axis.2", 2));
        return nodes.add(output + ".mask", "Cast", List.of(output + ".mask.rows"), Attribute.of("to", Messages.FLOAT));
    }
}
