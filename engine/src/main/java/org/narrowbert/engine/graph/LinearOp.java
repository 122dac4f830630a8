package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Extents;

/** Affine maps of rows, alone or with an activation function, and their gradients. */
public sealed interface LinearOp extends Op {

    /** output = input weight^T + bias. */
    record Linear(Activation input, Parameter weight, Parameter bias, Activation output)
            implements LinearOp, Op.Differentiable {
        public Linear {
            Shapes.linear(input, weight, bias, output);
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, weight, bias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(output);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(batch.rows(input.rows()), weight.columns(), weight.rows());
        }

        @Override
        public void differentiate(Derivation to) {
            to.linear(input, to.gradient(output), weight, bias);
        }
    }

    /** preActivation = input weight^T + bias; output = function(preActivation). */
    record LinearActivation(
            ActivationFunction function,
            Activation input,
            Parameter weight,
            Parameter bias,
            Activation preActivation,
            Activation output)
            implements LinearOp, Op.Differentiable {
        public LinearActivation {
            Shapes.linear(input, weight, bias, output);
            Shapes.same(preActivation, output);
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, weight, bias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(preActivation, output);
        }

        @Override
        public List<Alias> aliases() {
            return List.of(new Alias(preActivation, output));
        }

        @Override
        public Cost cost(Extents batch) {
            double rows = batch.rows(input.rows());
            return Cost.product(rows, weight.columns(), weight.rows()).plus(Cost.elementWise(rows, weight.rows(), 1));
        }

        @Override
        public void differentiate(Derivation to) {
            Activation gradient = to.temporary("gradient of " + preActivation.name(), preActivation);
            to.emit(new ActivationGradient(function, preActivation, to.gradient(output), gradient));
            to.linear(input, gradient, weight, bias);
        }
    }

    /** gradient = outputGradient * function'(preActivation). */
    record ActivationGradient(
            ActivationFunction function, Activation preActivation, Activation outputGradient, Activation gradient)
            implements LinearOp {
        @Override
        public List<Operand> reads() {
            return List.of(preActivation, outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(gradient);
        }

        @Override
        public List<Alias> aliases() {
            return List.of(new Alias(outputGradient, gradient));
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(gradient.rows()), gradient.columns(), 3);
        }
    }

    /** inputGradient (+)= outputGradient weight. */
    record LinearInputGradient(Activation outputGradient, Parameter weight, Into inputGradient) implements LinearOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient, weight);
        }

        @Override
        public List<Operand> writes() {
            return List.of(inputGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(batch.rows(outputGradient.rows()), weight.rows(), weight.columns());
        }
    }

    /** weightGradient (+)= outputGradient^T input. */
    record LinearWeightGradient(Activation input, Activation outputGradient, Into weightGradient) implements LinearOp {
        @Override
        public List<Operand> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(weightGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(outputGradient.columns(), batch.rows(input.rows()), input.columns());
        }
    }

    /** biasGradient (+)= column sums of outputGradient. */
    record BiasGradient(Activation outputGradient, Into biasGradient) implements LinearOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(biasGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 1);
        }
    }
}
