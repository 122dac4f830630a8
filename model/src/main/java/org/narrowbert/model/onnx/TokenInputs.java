package org.narrowbert.model.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.narrowbert.model.onnx.Messages.Attribute;
import org.narrowbert.model.onnx.OnnxModel.Value;

/**
 * What an exported model is given, and the values that its graph reads, each int64 [sequences, sequence].
 *
 * @param values the model's inputs
 * @param inputIds name of the tokens' entries of the vocabulary
 * @param attentionMask name of 1 for tokens, 0 for padding
 * @param tokenTypeIds name of 0 for a first text, 1 for a second
 */
record TokenInputs(List<Value> values, String inputIds, String attentionMask, String tokenTypeIds) {
    /** Dimensions of the inputs. */
    enum Kind {
        /** [batch, sequence]. */
        TEXTS,
        /** [batch, choices, sequence]: choices of all examples become one sequence after the other. */
        CHOICES
    }

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    /** Adds what brings inputs into the graph's shape, where they have another. */
    static TokenInputs in(Nodes nodes, Kind kind) {
        return switch (kind) {
            case TEXTS -> new TokenInputs(inputs("batch", "sequence"), IDS, MASK, TYPES);
            case CHOICES -> {
                nodes.add("choice.length", "Shape", List.of(IDS), Attribute.of("start", 2), Attribute.of("end", 3));
                String rest = nodes.integers("rest", -1);
                nodes.add("choice.shape", "Concat", List.of(rest, "choice.length"), Attribute.of("axis", 0));
                yield new TokenInputs(
                        inputs("batch", "choices", "sequence"),
                        flat(nodes, IDS),
                        flat(nodes, MASK),
                        flat(nodes, TYPES));
            }
        };
    }

    private static List<Value> inputs(String... dimensions) {
        return Stream.of(IDS, MASK, TYPES)
                .map(name -> new Value(name, List.of(dimensions)))
                .toList();
    }

    private static String flat(Nodes nodes, String input) {
        return nodes.add(input + ".flat", "Reshape", input, "choice.shape");
    }
}
