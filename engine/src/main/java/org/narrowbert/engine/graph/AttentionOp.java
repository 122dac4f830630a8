package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.Extents;

/**
 * Attention from keys and values, and its gradient. Full attention and token dropping's crossing layer are this one op over different row sets; narrow
 * attention can do without keys and values ({@link NarrowAttentionOp}).
 */
public sealed interface AttentionOp extends Op {

    /**
     * Multi-head attention within each sequence; queries from one row set, keys and values from another.
     *
     * @param logSumExp [query rows, heads] kept for the gradient
     */
    record Attention(
            Activation query,
            Activation key,
            Activation value,
            int heads,
            Dropout dropout,
            Activation logSumExp,
            Activation output)
            implements AttentionOp, Op.Differentiable {
        public Attention {
            Shapes.heads(query, heads);
            Shapes.columns(key, query.columns(), query);
            Shapes.same(key, value);
            Shapes.same(query, output);
            Shapes.columns(logSumExp, heads, query);
        }

        @Override
        public List<Operand> reads() {
            return List.of(query, key, value);
        }

        @Override
        public List<Operand> writes() {
            return List.of(logSumExp, output);
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.attention(batch, query.rows(), key.rows(), query.columns(), 2);
        }

        @Override
        public void differentiate(Derivation to) {
            Activation delta = to.temporary("delta of " + output.name(), logSumExp);
            to.emit(new AttentionGradient(
                    this, to.gradient(output), delta, to.into(query), to.into(key), to.into(value)));
        }
    }

    /**
     * Gradients of an attention's query, key and value; the probabilities are made again.
     *
     * @param delta [query rows, heads] scratch: each row's product of output and its gradient
     */
    record AttentionGradient(
            Attention attention,
            Activation outputGradient,
            Activation delta,
            Into queryGradient,
            Into keyGradient,
            Into valueGradient)
            implements AttentionOp {
        @Override
        public List<Operand> reads() {
            return List.of(
                    attention.query,
                    attention.key,
                    attention.value,
                    attention.logSumExp,
                    attention.output,
                    outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(delta, queryGradient.target(), keyGradient.target(), valueGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return Cost.attention(batch, attention.query.rows(), attention.key.rows(), attention.query.columns(), 5);
        }
    }
}
