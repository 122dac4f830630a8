package org.narrowbert.engine.graph;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.tensor.Extents;

/**
 * Several affine maps of the same rows as one product: their weights lie on top of each other. The keys and values of all narrow layers are
 * made so, since all are made of the same states (design: projected narrow attention).
 */
public sealed interface StackedLinearOp extends Op {

    /**
     * output = input [weight 1; weight 2; ...]^T + [bias 1, bias 2, ...].
     *
     * @param weights each [out, in]
     * @param biases each [out], of the weight at the same place
     * @param output [rows, the sum of all out]
     */
    record StackedLinear(Activation input, List<Parameter> weights, List<Parameter> biases, Activation output)
            implements StackedLinearOp, Op.Differentiable {
        public StackedLinear {
            weights = List.copyOf(weights);
            biases = List.copyOf(biases);
            Shapes.stack(input, weights, biases, output);
        }

        @Override
        public List<Operand> reads() {
            List<Operand> reads = new ArrayList<>(List.of(input));
            reads.addAll(weights);
            reads.addAll(biases);
            return reads;
        }

        @Override
        public List<Operand> writes() {
            return List.of(output);
        }

        @Override
        public Cost cost(Extents batch) {
            return product(batch, input, output);
        }

        @Override
        public void differentiate(Derivation to) {
            Activation gradient = to.gradient(output);
            if (weights.stream().allMatch(Parameter::trained)) {
                to.emit(new StackedWeightGradient(
                        input, gradient, weights.stream().map(to::into).toList()));
            } else if (weights.stream().anyMatch(Parameter::trained)) {
                throw new IllegalArgumentException("of the weights " + weights + " some are trained and some are not");
            }
            int first = 0;
            for (Parameter bias : biases) {
                if (bias.trained()) {
                    to.emit(new StackedBiasGradient(new Columns(gradient, first, bias.columns()), to.into(bias)));
                }
                first += bias.columns();
            }
            to.emit(new StackedInputGradient(gradient, weights, to.into(input)));
        }
    }

    /** inputGradient (+)= outputGradient [weight 1; weight 2; ...]. */
    record StackedInputGradient(Activation outputGradient, List<Parameter> weights, Into inputGradient)
            implements StackedLinearOp {
        @Override
        public List<Operand> reads() {
            List<Operand> reads = new ArrayList<>(List.of(outputGradient));
            reads.addAll(weights);
            return reads;
        }

        @Override
        public List<Operand> writes() {
            return List.of(inputGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(
                    batch.rows(outputGradient.rows()),
                    outputGradient.columns(),
                    weights.getFirst().columns());
        }
    }

    /** [weightGradient 1; weightGradient 2; ...] (+)= outputGradient^T input. */
    record StackedWeightGradient(Activation input, Activation outputGradient, List<Into> weightGradients)
            implements StackedLinearOp {
        public StackedWeightGradient {
            weightGradients = List.copyOf(weightGradients);
            if (weightGradients.stream().map(Into::accumulate).distinct().count() > 1) {
                throw new IllegalArgumentException("some of a stack's gradients are new and some are added to");
            }
        }

        /** The weights whose gradients these are. */
        public List<Parameter> weights() {
            return weightGradients.stream()
                    .map(into -> (Parameter) into.target())
                    .toList();
        }

        /** Whether all are added to what is there. */
        public boolean accumulate() {
            return weightGradients.getFirst().accumulate();
        }

        @Override
        public List<Operand> reads() {
            return List.of(input, outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return weightGradients.stream().map(Into::target).toList();
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.product(outputGradient.columns(), batch.rows(input.rows()), input.columns());
        }
    }

    /** biasGradient (+)= column sums of some columns of outputGradient. */
    record StackedBiasGradient(Columns outputGradient, Into biasGradient) implements StackedLinearOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient.of());
        }

        @Override
        public List<Operand> writes() {
            return List.of(biasGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.of().rows()), outputGradient.count(), 1);
        }
    }

    private static Cost product(Extents batch, Activation input, Activation output) {
        return Cost.product(batch.rows(input.rows()), input.columns(), output.columns());
    }
}
