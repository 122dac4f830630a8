package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.Extents;

/** Moves of rows between the tokens and a subset of them, and their gradients. */
public sealed interface RowOp extends Op {

    /** output = the rows of input that the output's row set has. */
    record Gather(Activation input, Activation output) implements RowOp, Op.Differentiable {
        public Gather {
            Shapes.subset(input, output);
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
            to.emit(new GatherGradient(to.gradient(output), to.into(input)));
        }
    }

    /** inputGradient[row of the subset] (+)= outputGradient. */
    record GatherGradient(Activation outputGradient, Into inputGradient) implements RowOp {
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

    /** output = base with the rows of part's row set replaced by part. */
    record Merge(Activation base, Activation part, Activation output) implements RowOp, Op.Differentiable {
        public Merge {
            Shapes.subset(base, part);
            Shapes.same(base, output);
        }

        @Override
        public List<Operand> reads() {
            return List.of(base, part);
        }

        @Override
        public List<Operand> writes() {
            return List.of(output);
        }

        @Override
        public List<Alias> aliases() {
            return List.of(new Alias(base, output));
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(base.rows()), base.columns(), 2);
        }

        @Override
        public void differentiate(Derivation to) {
            to.emit(new MergeGradient(part, to.gradient(output), to.into(base), to.into(part)));
        }
    }

    /** baseGradient (+)= outputGradient without the part's rows; partGradient (+)= those rows. */
    record MergeGradient(Activation part, Activation outputGradient, Into baseGradient, Into partGradient)
            implements RowOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(baseGradient.target(), partGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 3);
        }
    }
}
