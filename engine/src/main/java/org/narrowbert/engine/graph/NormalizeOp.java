package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.Extents;

/** LayerNorm, with the residual connection in front of it or alone, and their gradients. */
public sealed interface NormalizeOp extends Op {

    /**
     * sum = residual + dropout(input); output = LayerNorm(sum).
     *
     * @param statistics [rows, 2] mean and inverse standard deviation, kept for the gradient
     */
    record AddNormalize(
            Activation input,
            Activation residual,
            Dropout dropout,
            Parameter weight,
            Parameter bias,
            float epsilon,
            Activation sum,
            Activation statistics,
            Activation output)
            implements NormalizeOp, Op.Differentiable {
        public AddNormalize {
            Shapes.same(input, residual);
            Shapes.same(input, sum);
            Shapes.same(input, output);
            Shapes.vector(weight, input);
            Shapes.vector(bias, input);
            Shapes.columns(statistics, 2, input);
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, residual, weight, bias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(sum, statistics, output);
        }

        @Override
        public List<Alias> aliases() {
            return List.of(new Alias(input, sum));
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(input.rows()), input.columns(), 4);
        }

        @Override
        public void differentiate(Derivation to) {
            to.emit(new AddNormalizeGradient(
                    this, to.gradient(output), to.into(input), to.into(residual), to.into(weight), to.into(bias)));
        }
    }

    /** Gradients of an {@link AddNormalize}. */
    record AddNormalizeGradient(
            AddNormalize forward,
            Activation outputGradient,
            Into inputGradient,
            Into residualGradient,
            Into weightGradient,
            Into biasGradient)
            implements NormalizeOp {
        public AddNormalizeGradient {
            if (inputGradient.accumulate()) {
                throw new IllegalArgumentException(
                        forward.input + " is read by another op: its gradient would have to be added up");
            }
        }

        @Override
        public List<Operand> reads() {
            return List.of(forward.sum, forward.statistics, forward.weight, outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(
                    inputGradient.target(), residualGradient.target(), weightGradient.target(), biasGradient.target());
        }

        @Override
        public List<Alias> aliases() {
            return List.of(new Alias(outputGradient, inputGradient.target()));
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 4);
        }
    }

    /**
     * output = dropout(LayerNorm(input)).
     *
     * @param statistics [rows, 2] mean and inverse standard deviation, kept for the gradient
     */
    record Normalize(
            Activation input,
            Parameter weight,
            Parameter bias,
            float epsilon,
            Dropout dropout,
            Activation statistics,
            Activation output)
            implements NormalizeOp, Op.Differentiable {
        public Normalize {
            Shapes.same(input, output);
            Shapes.vector(weight, input);
            Shapes.vector(bias, input);
            Shapes.columns(statistics, 2, input);
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, weight, bias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(statistics, output);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(input.rows()), input.columns(), 2);
        }

        @Override
        public void differentiate(Derivation to) {
            to.emit(new NormalizeGradient(this, to.gradient(output), to.into(input), to.into(weight), to.into(bias)));
        }
    }

    /** Gradients of a {@link Normalize}. */
    record NormalizeGradient(
            Normalize forward, Activation outputGradient, Into inputGradient, Into weightGradient, Into biasGradient)
            implements NormalizeOp {
        @Override
        public List<Operand> reads() {
            return List.of(forward.input, forward.statistics, forward.weight, outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(inputGradient.target(), weightGradient.target(), biasGradient.target());
        }

        @Override
        public List<Alias> aliases() {
            return inputGradient.accumulate() ? List.of() : List.of(new Alias(outputGradient, inputGradient.target()));
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 3);
        }
    }
}
