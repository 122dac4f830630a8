package org.narrowbert.engine.session;

import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.DropoutOp;
import org.narrowbert.engine.graph.EmbeddingOp;
import org.narrowbert.engine.graph.Into;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.NarrowAttentionOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.RowOp;
import org.narrowbert.engine.graph.StackedLinearOp;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Hands each op to its kernel with this batch's matrices. Every switch is exhaustive: a new op does not compile until it runs. */
final class Dispatch {
    private final Kernels kernels;
    private final BatchOperands operands;
    private final NarrowAttentionDispatch narrowAttention;

    Dispatch(Kernels kernels, BatchOperands operands) {
        this.kernels = kernels;
        this.operands = operands;
        narrowAttention = new NarrowAttentionDispatch(kernels, operands);
    }

    void run(Op op) {
        switch (op) {
            case LinearOp linear -> linear(linear);
            case StackedLinearOp stacked -> stackedLinear(stacked);
            case AttentionOp attention -> attention(attention);
            case NarrowAttentionOp attention -> narrowAttention.run(attention);
            case NormalizeOp normalize -> normalize(normalize);
            case DropoutOp dropout -> dropout(dropout);
            case RowOp row -> rows(row);
            case EmbeddingOp embedding -> embedding(embedding);
            case LossOp loss -> loss(loss);
        }
    }

    private void linear(LinearOp op) {
        switch (op) {
            case LinearOp.Linear(var input, var weight, var bias, var output) ->
                kernels.linear(at(input), at(weight), at(bias), at(output));
            case LinearOp.LinearActivation(var function, var input, var weight, var bias, var before, var output) ->
                kernels.linearActivation(function, at(input), at(weight), at(bias), at(before), at(output));
            case LinearOp.ActivationGradient(var function, var before, var outputGradient, var gradient) ->
                kernels.activationGradient(function, at(before), at(outputGradient), at(gradient));
            case LinearOp.LinearInputGradient(var outputGradient, var weight, var into) ->
                kernels.linearInputGradient(at(outputGradient), at(weight), at(into), adds(into));
            case LinearOp.LinearWeightGradient(var input, var outputGradient, var into) ->
                kernels.linearWeightGradient(at(input), at(outputGradient), at(into), adds(into));
            case LinearOp.BiasGradient(var outputGradient, var into) ->
                kernels.biasGradient(at(outputGradient), at(into), adds(into));
        }
    }

    private void stackedLinear(StackedLinearOp op) {
        switch (op) {
            case StackedLinearOp.StackedLinear(var input, var weights, var biases, var output) ->
                kernels.linear(at(input), operands.at(weights), operands.at(biases), at(output));
            case StackedLinearOp.StackedInputGradient(var outputGradient, var weights, var into) ->
                kernels.linearInputGradient(at(outputGradient), operands.at(weights), at(into), adds(into));
            case StackedLinearOp.StackedWeightGradient stacked ->
                kernels.linearWeightGradient(
                        at(stacked.input()),
                        at(stacked.outputGradient()),
                        operands.gradientsOf(stacked.weights()),
                        adds(stacked.weightGradients().getFirst()));
            case StackedLinearOp.StackedBiasGradient(var outputGradient, var into) ->
                kernels.biasGradient(operands.at(outputGradient), at(into), adds(into));
        }
    }

    private void attention(AttentionOp op) {
        switch (op) {
            case AttentionOp.Attention(
                    var query,
                    var key,
                    var value,
                    var heads,
                    var dropout,
                    var logSumExp,
                    var output) ->
                kernels.attention(
                        at(query),
                        rowsOf(query),
                        at(key),
                        at(value),
                        rowsOf(key),
                        heads,
                        mask(dropout),
                        at(logSumExp),
                        at(output));
            case AttentionOp.AttentionGradient(
                    var forward,
                    var outputGradient,
                    var delta,
                    var query,
                    var key,
                    var value) ->
                kernels.attentionGradient(
                        at(forward.query()),
                        rowsOf(forward.query()),
                        at(forward.key()),
                        at(forward.value()),
                        rowsOf(forward.key()),
                        forward.heads(),
                        mask(forward.dropout()),
                        at(forward.logSumExp()),
                        at(forward.output()),
                        at(outputGradient),
                        at(delta),
                        at(query),
                        adds(query),
                        at(key),
                        adds(key),
                        at(value),
                        adds(value));
        }
    }

    private void normalize(NormalizeOp op) {
        switch (op) {
            case NormalizeOp.AddNormalize add ->
                kernels.addNormalize(
                        rowsOf(add.input()),
                        at(add.input()),
                        at(add.residual()),
                        mask(add.dropout()),
                        at(add.weight()),
                        at(add.bias()),
                        add.epsilon(),
                        at(add.sum()),
                        at(add.statistics()),
                        at(add.output()));
            case NormalizeOp.AddNormalizeGradient(
                    var add,
                    var outputGradient,
                    var input,
                    var residual,
                    var weight,
                    var bias) ->
                kernels.addNormalizeGradient(
                        rowsOf(outputGradient),
                        at(add.sum()),
                        at(add.statistics()),
                        mask(add.dropout()),
                        at(add.weight()),
                        at(outputGradient),
                        at(input),
                        at(residual),
                        adds(residual),
                        at(weight),
                        adds(weight),
                        at(bias),
                        adds(bias));
            case NormalizeOp.Normalize alone ->
                kernels.normalize(
                        rowsOf(alone.input()),
                        at(alone.input()),
                        at(alone.weight()),
                        at(alone.bias()),
                        alone.epsilon(),
                        mask(alone.dropout()),
                        at(alone.statistics()),
                        at(alone.output()));
            case NormalizeOp.NormalizeGradient(var alone, var outputGradient, var input, var weight, var bias) ->
                kernels.normalizeGradient(
                        rowsOf(outputGradient),
                        at(alone.input()),
                        at(alone.statistics()),
                        mask(alone.dropout()),
                        at(alone.weight()),
                        at(outputGradient),
                        at(input),
                        adds(input),
                        at(weight),
                        adds(weight),
                        at(bias),
                        adds(bias));
        }
    }

    private void dropout(DropoutOp op) {
        switch (op) {
            case DropoutOp.Drop(var input, var dropout, var output) ->
                kernels.dropout(rowsOf(input), at(input), mask(dropout), at(output), false);
            case DropoutOp.DropGradient(var dropout, var outputGradient, var into) ->
                kernels.dropout(rowsOf(outputGradient), at(outputGradient), mask(dropout), at(into), adds(into));
        }
    }

    private void rows(RowOp op) {
        switch (op) {
            case RowOp.Gather(var input, var output) -> kernels.gather(at(input), rowsOf(output), at(output));
            case RowOp.GatherGradient(var outputGradient, var into) ->
                kernels.gatherGradient(at(outputGradient), rowsOf(outputGradient), at(into), adds(into));
            case RowOp.Merge(var base, var part, var output) ->
                kernels.merge(at(base), at(part), rowsOf(part), at(output));
            case RowOp.MergeGradient(var part, var outputGradient, var base, var into) ->
                kernels.mergeGradient(at(outputGradient), rowsOf(part), at(base), adds(base), at(into), adds(into));
        }
    }

    private void embedding(EmbeddingOp op) {
        Batch now = operands.batch();
        switch (op) {
            case EmbeddingOp.Embed(var word, var position, var tokenType, var output) ->
                kernels.embed(
                        now.tokens(),
                        now.inputIds(),
                        now.tokenTypeIds(),
                        at(word),
                        at(position),
                        at(tokenType),
                        at(output));
            case EmbeddingOp.EmbedGradient(var outputGradient, var word, var position, var tokenType) ->
                kernels.embedGradient(
                        now.tokens(),
                        now.inputIds(),
                        now.tokenTypeIds(),
                        at(outputGradient),
                        at(word),
                        adds(word),
                        at(position),
                        adds(position),
                        at(tokenType),
                        adds(tokenType));
        }
    }

    private void loss(LossOp op) {
        int[] labels = operands.batch().labels();
        switch (op) {
            case LossOp.CrossEntropy(
                    var input,
                    var weight,
                    var bias,
                    var chunk,
                    var logSumExp,
                    var losses,
                    var correct) ->
                kernels.crossEntropy(
                        at(input), at(weight), at(bias), labels, at(chunk), at(logSumExp), at(losses), at(correct));
            case LossOp.CrossEntropyGradient(
                    var forward,
                    var chunk,
                    var lossGradient,
                    var input,
                    var weight,
                    var bias) ->
                kernels.crossEntropyGradient(
                        at(forward.input()),
                        at(forward.weight()),
                        at(forward.bias()),
                        labels,
                        at(chunk),
                        at(forward.logSumExp()),
                        at(lossGradient),
                        at(input),
                        adds(input),
                        at(weight),
                        adds(weight),
                        at(bias),
                        adds(bias));
        }
    }

    private Matrix at(Operand operand) {
        return operands.at(operand);
    }

    private Matrix at(Into into) {
        return operands.at(into);
    }

    private boolean adds(Into into) {
        return operands.adds(into);
    }

    private Rows rowsOf(Activation activation) {
        return operands.rowsOf(activation);
    }

    private DropoutMask mask(Dropout dropout) {
        return operands.mask(dropout);
    }
}
