package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.tensor.Extents;

/** The sum of word, position and token type embeddings, and its gradient. */
public sealed interface EmbeddingOp extends Op {

    /** output = word[input id] + position[place in the sequence] + tokenType[token type id], the ids being the batch's. */
    record Embed(Parameter word, Parameter position, Parameter tokenType, Activation output)
            implements EmbeddingOp, Op.Differentiable {
        public Embed {
            Shapes.columns(word, output.columns(), output);
            Shapes.columns(position, output.columns(), output);
            Shapes.columns(tokenType, output.columns(), output);
        }

        @Override
        public List<Operand> reads() {
            return List.of(word, position, tokenType);
        }

        @Override
        public List<Operand> writes() {
            return List.of(output);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(output.rows()), output.columns(), 4);
        }

        @Override
        public void differentiate(Derivation to) {
            to.emit(new EmbedGradient(to.gradient(output), to.into(word), to.into(position), to.into(tokenType)));
        }
    }

    /** Adds each row of the gradient to the three table rows it was made of. */
    record EmbedGradient(Activation outputGradient, Into wordGradient, Into positionGradient, Into tokenTypeGradient)
            implements EmbeddingOp {
        @Override
        public List<Operand> reads() {
            return List.of(outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(wordGradient.target(), positionGradient.target(), tokenTypeGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.elementWise(batch.rows(outputGradient.rows()), outputGradient.columns(), 7);
        }
    }
}
