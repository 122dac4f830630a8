package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.Extents;

/** Losses that a model is trained on, and their gradients. */
public sealed interface LossOp extends Op {

    /**
     * losses = cross-entropy of softmax(input weight^T + bias) with the batch's labels, the logits made in chunks of columns.
     *
     * @param chunk [rows, columns of a chunk] scratch
     * @param logSumExp [rows, 1] kept for the gradient
     * @param losses [rows, 1] in nats; the gradient of each is given from outside
     * @param correct [rows, 1] 1 where the label's logit is the highest, the first of equals; otherwise 0
     */
    record CrossEntropy(
            Activation input,
            Parameter weight,
            Parameter bias,
            Activation chunk,
            Activation logSumExp,
            Activation losses,
            Activation correct)
            implements LossOp, Op.Differentiable {
        public CrossEntropy {
            Shapes.columns(input, weight.columns(), weight);
            Shapes.columns(bias, weight.rows(), weight);
            Shapes.columns(logSumExp, 1, input);
            Shapes.columns(losses, 1, input);
            Shapes.same(losses, correct);
        }

        @Override
        public Activation output() {
            return losses;
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, weight, bias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(chunk, logSumExp, correct, losses);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(batch.rows(input.rows()), weight.columns(), weight.rows());
        }

        @Override
        public void differentiate(Derivation to) {
            Activation again = to.temporary(chunk.name() + " again", chunk);
            to.emit(new CrossEntropyGradient(
                    this, again, to.gradient(losses), to.into(input), to.into(weight), to.into(bias)));
        }
    }

    /** Gradients of a {@link CrossEntropy}; the logits are made again, which is a third of its FLOPs. */
    record CrossEntropyGradient(
            CrossEntropy forward,
            Activation chunk,
            Activation lossGradient,
            Into inputGradient,
            Into weightGradient,
            Into biasGradient)
            implements LossOp {
        @Override
        public List<Operand> reads() {
            return List.of(forward.input, forward.weight, forward.bias, forward.logSumExp, lossGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(chunk, inputGradient.target(), weightGradient.target(), biasGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            Cost once = forward.cost(batch);
            return once.plus(once).plus(once);
        }
    }
}
