package org.narrowbert.engine.check;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.Columns;
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
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.RowSet;

/**
 * A graph that shows one op: its inputs come from outside, its output's gradient is given, and its gradients are derived.
 *
 * @param name for people
 * @param graph one op, or a few where the gradient has to be accumulated
 */
public record OpCase(String name, Graph graph) {
    /** Dropout rate of the cases that have dropout. */
    private static final float RATE = 0.25f;

    private static final float EPSILON = 1e-12f;

    /** Sizes that the cases are built with. */
    public record Sizes(int vocabulary, int hidden, int inner, int heads, int maxLength) {}

    /** One case or more for each op of the forward pass. */
    public static List<OpCase> all(Sizes sizes) {
        List<OpCase> cases = new ArrayList<>();
        cases.add(linear(sizes));
        for (ActivationFunction function : ActivationFunction.values()) {
            cases.add(linearActivation(function, sizes));
        }
        cases.add(attention("full attention", RowSet.TOKENS, RowSet.TOKENS, Dropout.NONE, sizes));
        cases.add(attention("full attention with dropout", RowSet.TOKENS, RowSet.TOKENS, new Dropout(RATE, 1), sizes));
        cases.add(attention("narrow attention", RowSet.NARROW, RowSet.TOKENS, Dropout.NONE, sizes));
        cases.add(
                attention("narrow attention with dropout", RowSet.NARROW, RowSet.TOKENS, new Dropout(RATE, 2), sizes));
        cases.add(
                attention("kept rows' attention with dropout", RowSet.KEPT, RowSet.KEPT, new Dropout(RATE, 3), sizes));
        cases.add(narrowLayers(0, sizes));
        cases.add(narrowLayers(RATE, sizes));
        cases.add(addNormalize("add and normalize", Dropout.NONE, sizes));
        cases.add(addNormalize("add and normalize with dropout", new Dropout(RATE, 4), sizes));
        cases.add(normalize("normalize", Dropout.NONE, sizes));
        cases.add(normalize("normalize with dropout", new Dropout(RATE, 5), sizes));
        cases.add(dropout(sizes));
        cases.add(gather(sizes));
        cases.add(merge(sizes));
        cases.add(embed(sizes));
        cases.add(crossEntropy(sizes));
        cases.add(readTwice(sizes));
        return List.copyOf(cases);
    }

    private static OpCase linear(Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Activation output = tokens("output", sizes.inner);
        return single(
                "linear",
                new LinearOp.Linear(
                        input, weight("weight", sizes.inner, sizes.hidden), bias("bias", sizes.inner), output),
                output,
                input);
    }

    private static OpCase linearActivation(ActivationFunction function, Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Activation output = tokens("output", sizes.inner);
        LinearOp op = new LinearOp.LinearActivation(
                function,
                input,
                weight("weight", sizes.inner, sizes.hidden),
                bias("bias", sizes.inner),
                tokens("before", sizes.inner),
                output);
        return single("linear with " + function.hiddenAct(), op, output, input);
    }

    private static OpCase attention(String name, RowSet queries, RowSet keys, Dropout dropout, Sizes sizes) {
        Activation query = new Activation("query", queries, sizes.hidden);
        Activation key = new Activation("key", keys, sizes.hidden);
        Activation value = new Activation("value", keys, sizes.hidden);
        Activation logSumExp = new Activation("logSumExp", queries, sizes.heads);
        Activation output = new Activation("output", queries, sizes.hidden);
        Op op = new AttentionOp.Attention(query, key, value, sizes.heads, dropout, logSumExp, output);
        return single(name, op, output, query, key, value);
    }

    /**
     * Two layers' narrow attention to the same states, with the keys and values of both made at once for the sequences that have them.
     *
     * @param rate of dropout
     */
    public static OpCase narrowLayers(float rate, Sizes sizes) {
        String name = "narrow layers' attention" + (rate > 0 ? " with dropout" : "");
        int hidden = sizes.hidden;
        Activation source = tokens("source", hidden);
        Activation projected = new Activation("projected", RowSet.PROJECTED, hidden);
        Activation stack = new Activation("keys and values", RowSet.PROJECTED, 4 * hidden);
        List<Parameter> weights = new ArrayList<>();
        List<Parameter> biases = new ArrayList<>();
        List<Op> ops = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            weights.add(weight("key weight " + layer, hidden, hidden).in("keys and values"));
            weights.add(weight("value weight " + layer, hidden, hidden).in("keys and values"));
            biases.add(bias("key bias " + layer, hidden).frozen().in("keys and values"));
            biases.add(bias("value bias " + layer, hidden).in("keys and values"));
        }
        ops.add(new RowOp.Gather(source, projected));
        ops.add(new StackedLinearOp.StackedLinear(projected, weights, biases, stack));
        List<Activation> inputs = new ArrayList<>(List.of(source));
        List<Activation> outputs = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            Activation query = new Activation("query " + layer, RowSet.NARROW, hidden);
            Activation output = new Activation("output " + layer, RowSet.NARROW, hidden);
            ops.add(new NarrowAttentionOp.NarrowAttention(
                    query,
                    source,
                    new Columns(stack, 2 * layer * hidden, hidden),
                    new Columns(stack, (2 * layer + 1) * hidden, hidden),
                    weights.get(2 * layer),
                    biases.get(2 * layer),
                    weights.get(2 * layer + 1),
                    biases.get(2 * layer + 1),
                    sizes.heads,
                    rate > 0 ? new Dropout(rate, 6 + layer) : Dropout.NONE,
                    new Activation("logSumExp " + layer, RowSet.NARROW, sizes.heads),
                    output));
            inputs.add(query);
            outputs.add(output);
        }
        return new OpCase(name, new Graph(name, ops, inputs, outputs));
    }

    private static OpCase addNormalize(String name, Dropout dropout, Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Activation residual = tokens("residual", sizes.hidden);
        Activation output = tokens("output", sizes.hidden);
        Op op = new NormalizeOp.AddNormalize(
                input,
                residual,
                dropout,
                bias("weight", sizes.hidden),
                bias("bias", sizes.hidden),
                EPSILON,
                tokens("sum", sizes.hidden),
                tokens("statistics", 2),
                output);
        return single(name, op, output, input, residual);
    }

    private static OpCase normalize(String name, Dropout dropout, Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Activation output = tokens("output", sizes.hidden);
        Op op = new NormalizeOp.Normalize(
                input,
                bias("weight", sizes.hidden),
                bias("bias", sizes.hidden),
                EPSILON,
                dropout,
                tokens("statistics", 2),
                output);
        return single(name, op, output, input);
    }

    /** Read twice, so that the second gradient is added to the first. */
    private static OpCase dropout(Sizes sizes) {
        Activation input = new Activation("input", RowSet.NARROW, sizes.hidden);
        Activation first = new Activation("first", RowSet.NARROW, sizes.hidden);
        Activation second = new Activation("second", RowSet.NARROW, sizes.hidden);
        String name = "dropout";
        List<Op> ops = List.of(
                new DropoutOp.Drop(input, new Dropout(RATE, 6), first),
                new DropoutOp.Drop(input, new Dropout(RATE, 7), second));
        return new OpCase(name, new Graph(name, ops, List.of(input), List.of(first, second)));
    }

    private static OpCase gather(Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Activation output = new Activation("output", RowSet.NARROW, sizes.hidden);
        return single("gather", new RowOp.Gather(input, output), output, input);
    }

    private static OpCase merge(Sizes sizes) {
        Activation base = tokens("base", sizes.hidden);
        Activation part = new Activation("part", RowSet.KEPT, sizes.hidden);
        Activation output = tokens("output", sizes.hidden);
        return single("merge", new RowOp.Merge(base, part, output), output, base, part);
    }

    private static OpCase embed(Sizes sizes) {
        Activation output = tokens("output", sizes.hidden);
        Op op = new EmbeddingOp.Embed(
                weight("word", sizes.vocabulary, sizes.hidden),
                weight("position", sizes.maxLength, sizes.hidden),
                weight("token type", 2, sizes.hidden),
                output);
        return single("embed", op, output);
    }

    private static OpCase crossEntropy(Sizes sizes) {
        Activation input = new Activation("input", RowSet.NARROW, sizes.hidden);
        Activation losses = new Activation("losses", RowSet.NARROW, 1);
        Activation correct = new Activation("correct", RowSet.NARROW, 1);
        Op op = new LossOp.CrossEntropy(
                input,
                weight("decoder", sizes.vocabulary, sizes.hidden),
                bias("decoder bias", sizes.vocabulary),
                new Activation("chunk", RowSet.NARROW, Math.max(1, sizes.vocabulary / 3)),
                new Activation("logSumExp", RowSet.NARROW, 1),
                losses,
                correct);
        String name = "cross-entropy";
        return new OpCase(name, new Graph(name, List.of(op), List.of(input), List.of(losses, correct)));
    }

    /** Every gradient that can be accumulated is: two readers of each input, weights and biases used twice. */
    private static OpCase readTwice(Sizes sizes) {
        Activation input = tokens("input", sizes.hidden);
        Parameter weight = weight("weight", sizes.hidden, sizes.hidden);
        Parameter bias = bias("bias", sizes.hidden);
        Parameter word = weight("word", sizes.vocabulary, sizes.hidden);
        Activation embedded = tokens("embedded", sizes.hidden);
        Activation first = tokens("first", sizes.hidden);
        Activation second = tokens("second", sizes.hidden);
        Activation attended = tokens("attended", sizes.hidden);
        Activation kept = new Activation("kept", RowSet.KEPT, sizes.hidden);
        Activation merged = tokens("merged", sizes.hidden);
        Activation sum = tokens("normalized sum", sizes.hidden);
        Activation narrow = new Activation("narrow", RowSet.NARROW, sizes.hidden);
        Activation narrowAgain = new Activation("narrow again", RowSet.NARROW, sizes.hidden);
        Activation losses = new Activation("losses", RowSet.NARROW, 1);
        List<Op> ops = List.of(
                new EmbeddingOp.Embed(
                        word,
                        weight("position", sizes.maxLength, sizes.hidden),
                        weight("token type", 2, sizes.hidden),
                        embedded),
                new LinearOp.Linear(input, weight, bias, first),
                new LinearOp.Linear(first, weight, bias, second),
                new AttentionOp.Attention(
                        first, first, second, sizes.heads, Dropout.NONE, tokens("logSumExp", sizes.heads), attended),
                new RowOp.Gather(attended, kept),
                new RowOp.Merge(second, kept, merged),
                new NormalizeOp.AddNormalize(
                        merged,
                        embedded,
                        Dropout.NONE,
                        bias,
                        bias,
                        EPSILON,
                        tokens("sum", sizes.hidden),
                        tokens("statistics", 2),
                        sum),
                new RowOp.Gather(sum, narrow),
                new NormalizeOp.Normalize(
                        narrow,
                        bias,
                        bias,
                        EPSILON,
                        Dropout.NONE,
                        new Activation("narrow statistics", RowSet.NARROW, 2),
                        narrowAgain),
                new LossOp.CrossEntropy(
                        narrowAgain,
                        word,
                        bias("decoder bias", sizes.vocabulary),
                        new Activation("chunk", RowSet.NARROW, Math.max(1, sizes.vocabulary / 2)),
                        new Activation("loss logSumExp", RowSet.NARROW, 1),
                        losses,
                        new Activation("correct", RowSet.NARROW, 1)));
        return new OpCase("everything read twice", new Graph("twice", ops, List.of(input), List.of(losses, sum)));
    }

    private static OpCase single(String name, Op op, Activation output, Activation... inputs) {
        return new OpCase(name, new Graph(name, List.of(op), List.of(inputs), List.of(output)));
    }

    private static Activation tokens(String name, int columns) {
        return new Activation(name, RowSet.TOKENS, columns);
    }

    private static Parameter weight(String name, int rows, int columns) {
        return Parameter.matrix(name, rows, columns);
    }

    private static Parameter bias(String name, int columns) {
        return Parameter.vector(name, columns);
    }

    @Override
    public String toString() {
        return name;
    }
}
