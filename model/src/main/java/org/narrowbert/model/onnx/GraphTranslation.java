package org.narrowbert.model.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.DropoutOp;
import org.narrowbert.engine.graph.EmbeddingOp;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.NarrowAttentionOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.graph.RowOp;
import org.narrowbert.engine.graph.StackedLinearOp;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.RowSet;
import org.narrowbert.model.onnx.Messages.Attribute;

/**
 * Says an inference graph's ops in ONNX's operators, one after the other, so that every layout comes out by itself. Rows [tokens, columns]
 * become [batch, sequence, columns], narrow rows [batch, places, columns]; padding is kept from attention by a mask.
 *
 * <p>Among the ways to say a thing it takes the one that PyTorch's exports have (the order of operands, the scale as a division, -10,000 for what is
 * masked), since that is what runtimes recognize and fuse.
 */
final class GraphTranslation {
    /** Added to masked scores: as BERT's authors did. The exponential of it is zero, as long as scores stay below 9,000. */
    private static final double MASKED = -10_000;

    private final Nodes nodes;
    private final TokenInputs inputs;
    private final NarrowRows rows;
    private final Map<Activation, String> names = new HashMap<>();

    GraphTranslation(Nodes nodes, TokenInputs inputs, NarrowRows rows) {
        this.nodes = nodes;
        this.inputs = inputs;
        this.rows = rows;
    }

    /** The name that an affine map's result gets, for one that is not yet what the output of that name should be. */
    void rename(Activation activation, String name) {
        names.put(activation, name);
    }

    /** Adds all ops of a graph. */
    void translate(Graph graph) {
        mask();
        for (Op op : graph.ops()) {
            if (!(op instanceof Op.Differentiable forward)) {
                throw new IllegalArgumentException("not an op of a forward pass: " + op);
            }
            switch (forward) {
                case EmbeddingOp.Embed embed -> embed(embed);
                case LinearOp.Linear(var input, var weight, var bias, var output) ->
                    linear(name(output), input, weight, bias);
                case LinearOp.LinearActivation linear -> linearActivation(linear);
                case StackedLinearOp.StackedLinear stacked -> stackedLinear(stacked);
                case AttentionOp.Attention full ->
                    attention(full.output(), name(full.query()), name(full.key()), name(full.value()), full.heads());
                case NarrowAttentionOp.NarrowAttention narrow ->
                    attention(
                            narrow.output(),
                            name(narrow.query()),
                            part(narrow.key().of(), narrow.key().first()),
                            part(narrow.value().of(), narrow.value().first()),
                            narrow.heads());
                case NormalizeOp.AddNormalize add -> addNormalize(add);
                case NormalizeOp.Normalize norm ->
                    normalize(name(norm.input()), norm.weight(), norm.bias(), norm.epsilon(), norm.output());
                case RowOp.Gather gather -> gather(gather);
                case DropoutOp.Drop drop -> throw untranslatable(drop);
                case RowOp.Merge merge -> throw untranslatable(merge);
                case LossOp.CrossEntropy loss -> throw untranslatable(loss);
            }
        }
    }

    private static IllegalArgumentException untranslatable(Op op) {
        return new IllegalArgumentException("no op of a model that answers: " + op);
    }

    /** The value that an activation is. */
    String name(Activation activation) {
        return names.getOrDefault(activation, activation.name());
    }

    /** {@code mask} [batch, 1, 1, sequence]: 0 for tokens, -10,000 for padding. */
    private void mask() {
        nodes.add("mask.1", "Unsqueeze", inputs.attentionMask(), nodes.integers("axis.1", 1));
        nodes.add("mask.2", "Unsqueeze", "mask.1", nodes.integers("axis.2", 2));
        nodes.add("mask.cast", "Cast", List.of("mask.2"), Attribute.of("to", Messages.FLOAT));
        nodes.add("mask.padding", "Sub", nodes.scalar("one", 1), "mask.cast");
        nodes.add("mask", "Mul", "mask.padding", nodes.scalar("masked", MASKED));
    }

    private void embed(EmbeddingOp.Embed op) {
        String name = op.output().name();
        nodes.add(name + ".word", "Gather", nodes.parameter(op.word()), inputs.inputIds());
        nodes.add(name + ".type", "Gather", nodes.parameter(op.tokenType()), inputs.tokenTypeIds());
        nodes.add(
                "sequence.length",
                "Shape",
                List.of(inputs.inputIds()),
                Attribute.of("start", 1),
                Attribute.of("end", 2));
        nodes.add(
                name + ".position",
                "Slice",
                List.of(nodes.parameter(op.position()), nodes.integers("axis.0", 0), "sequence.length", "axis.0"));
        nodes.add(name + ".word_and_type", "Add", name + ".word", name + ".type");
        nodes.add(name, "Add", name + ".word_and_type", name + ".position");
    }

    private String linear(String output, Activation input, Parameter weight, Parameter bias) {
        String product = nodes.add(output + ".product", "MatMul", name(input), nodes.transposed(weight));
        return nodes.add(output, "Add", product, nodes.parameter(bias));
    }

    private void linearActivation(LinearOp.LinearActivation op) {
        String x = linear(op.preActivation().name(), op.input(), op.weight(), op.bias());
        activate(op.function(), x, op.output().name());
    }

    private void activate(ActivationFunction function, String x, String output) {
        String one = nodes.scalar("one", 1);
        switch (function) {
            case GELU -> {
                nodes.add(x + ".scaled", "Div", x, nodes.scalar("sqrt.2", Math.sqrt(2)));
                nodes.add(x + ".erf", "Erf", List.of(x + ".scaled"));
                nodes.add(x + ".erf.1", "Add", x + ".erf", one);
                nodes.add(x + ".twice", "Mul", x, x + ".erf.1");
                nodes.add(output, "Mul", x + ".twice", nodes.scalar("half", 0.5));
            }
            case GELU_NEW -> {
                nodes.add(x + ".square", "Mul", x, x);
                nodes.add(x + ".cube", "Mul", x + ".square", x);
                nodes.add(x + ".cube.scaled", "Mul", x + ".cube", nodes.scalar("gelu.cubic", 0.044715));
                nodes.add(x + ".sum", "Add", x, x + ".cube.scaled");
                nodes.add(x + ".inner", "Mul", x + ".sum", nodes.scalar("sqrt.2.pi", Math.sqrt(2 / Math.PI)));
                nodes.add(x + ".tanh", "Tanh", List.of(x + ".inner"));
                nodes.add(x + ".tanh.1", "Add", x + ".tanh", one);
                nodes.add(x + ".half", "Mul", x, nodes.scalar("half", 0.5));
                nodes.add(output, "Mul", x + ".half", x + ".tanh.1");
            }
            case RELU -> nodes.add(output, "Relu", List.of(x));
            case SILU -> {
                nodes.add(x + ".sigmoid", "Sigmoid", List.of(x));
                nodes.add(output, "Mul", x, x + ".sigmoid");
            }
            case TANH -> nodes.add(output, "Tanh", List.of(x));
        }
    }

    /** Each affine map by itself: what reads the stack reads the columns of one. */
    private void stackedLinear(StackedLinearOp.StackedLinear op) {
        int first = 0;
        for (int place = 0; place < op.weights().size(); place++) {
            Parameter weight = op.weights().get(place);
            linear(part(op.output(), first), op.input(), weight, op.biases().get(place));
            first += weight.rows();
        }
    }

    private static String part(Activation stack, int firstColumn) {
        return stack.name() + "." + firstColumn;
    }

    private void attention(Activation output, String queries, String keys, String values, int heads) {
        int hidden = output.columns();
        int size = hidden / heads;
        String name = output.name();
        String split = nodes.integers("heads.split", 0, 0, heads, size);
        String query = heads(queries, split, 0, 2, 1, 3);
        String key = heads(keys, split, 0, 2, 3, 1);
        String value = heads(values, split, 0, 2, 1, 3);
        nodes.add(name + ".products", "MatMul", query, key);
        nodes.add(name + ".scores", "Div", name + ".products", nodes.scalar("sqrt.head", Math.sqrt(size)));
        nodes.add(name + ".masked", "Add", name + ".scores", "mask");
        nodes.add(name + ".probabilities", "Softmax", List.of(name + ".masked"), Attribute.of("axis", 3));
        nodes.add(name + ".heads", "MatMul", name + ".probabilities", value);
        nodes.add(name + ".turned", "Transpose", List.of(name + ".heads"), Attribute.ofList("perm", 0, 2, 1, 3));
        nodes.add(name, "Reshape", name + ".turned", nodes.integers("heads.join", 0, 0, hidden));
    }

    /** [batch, rows, heads * size] as [batch, rows, heads, size], its dimensions turned. */
    private String heads(String input, String split, long... order) {
        nodes.add(input + ".split", "Reshape", input, split);
        return nodes.add(input + ".turned", "Transpose", List.of(input + ".split"), Attribute.ofList("perm", order));
    }

    private void addNormalize(NormalizeOp.AddNormalize op) {
        String sum = nodes.add(op.sum().name(), "Add", name(op.input()), name(op.residual()));
        normalize(sum, op.weight(), op.bias(), op.epsilon(), op.output());
    }

    private void normalize(String input, Parameter weight, Parameter bias, float epsilon, Activation output) {
        nodes.add(
                output.name(),
                "LayerNormalization",
                List.of(input, nodes.parameter(weight), nodes.parameter(bias)),
                Attribute.of("axis", -1),
                Attribute.of("epsilon", epsilon));
    }

    private void gather(RowOp.Gather op) {
        if (op.output().rows() == RowSet.PROJECTED) {
            names.put(op.output(), name(op.input())); // every sequence has keys and values
            return;
        }
        switch (rows) {
            case EVERY_TOKEN -> names.put(op.output(), name(op.input()));
            case FIRST_TOKEN ->
                nodes.add(
                        op.output().name(),
                        "Slice",
                        List.of(
                                name(op.input()),
                                nodes.integers("axis.0", 0),
                                nodes.integers("axis.1", 1),
                                nodes.integers("axis.1", 1)));
            case POSITIONS -> {
                String output = op.output().name();
                nodes.add(output + ".positions", "Unsqueeze", "positions", nodes.integers("axis.2", 2));
                nodes.add(output, "GatherND", name(op.input()), output + ".positions", Attribute.of("batch_dims", 1));
            }
        }
    }
}
