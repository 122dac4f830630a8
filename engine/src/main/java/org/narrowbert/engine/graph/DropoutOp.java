package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.Extents;

/** Dropout by itself, as heads have it on the states that they read; everywhere else it is a part of the op beside it. */
public sealed interface DropoutOp extends Op {

    /** output = dropout(input): elements are zero or divided by the share that is kept. */
    record Drop(Activation input, Dropout dropout, Activation output) implements DropoutOp, Op.Differentiable {
        public Drop {
            Shapes.same(input, output);
        }

        @Override
        public List<Operand> reads() {
            return List.of(input);
        }

        @Override
        public List<Operand> writes() {
            return List.of(output);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(output.rows()), output.columns(), 2);
        }

        @Override
        public void differentiate(Derivation to) {
            to.emit(new DropGradient(dropout, to.gradient(output), to.into(input)));
        }
    }

    /** inputGradient (+)= dropout(outputGradient), by the same mask. */
    record DropGradient(Dropout dropout, Activation outputGradient, Into inputGradient) implements DropoutOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(inputGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 3);
        }
    }
}
