package org.narrowbert.engine.graph;

import java.util.List;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.RowSet;

/**
 * Attention of narrow rows to all tokens of their sequence, in two forms of the same function. Sequences that have rows of {@link
 * RowSet#PROJECTED} multiply keys and values, as published; for the others the maps to keys and values are <em>absorbed</em> into the query and
 * the output, and the tokens' states are read as they are: scores_h = (query_h keyWeight_h) source^T, output_h = (P_h source) valueWeight_h^T +
 * s_h valueBias_h, with the probabilities P after dropout and their row sums s. The key's bias adds the same number to all scores of a row,
 * which softmax does not see.
 */
public sealed interface NarrowAttentionOp extends Op {

    /**
     * The attention.
     *
     * @param query [narrow rows, hidden]
     * @param source [tokens, hidden] what keys and values are made of
     * @param key [projected rows, hidden] among all layers' keys and values
     * @param value [projected rows, hidden] likewise
     * @param keyWeight [hidden, hidden]
     * @param keyBias [hidden] of the projected form alone
     * @param valueWeight [hidden, hidden]
     * @param valueBias [hidden]
     * @param logSumExp [narrow rows, heads] kept for the gradient
     * @param output [narrow rows, hidden]
     */
    record NarrowAttention(
            Activation query,
            Activation source,
            Columns key,
            Columns value,
            Parameter keyWeight,
            Parameter keyBias,
            Parameter valueWeight,
            Parameter valueBias,
            int heads,
            Dropout dropout,
            Activation logSumExp,
            Activation output)
            implements NarrowAttentionOp, Op.Differentiable {
        public NarrowAttention {
            Shapes.heads(query, heads);
            Shapes.same(query, output);
            Shapes.columns(logSumExp, heads, query);
            Shapes.columns(keyWeight, source.columns(), source);
            Shapes.columns(valueWeight, source.columns(), source);
            Shapes.vector(valueBias, output);
            if (!key.of().equals(value.of()) || key.count() != query.columns() || value.count() != query.columns()) {
                throw new IllegalArgumentException(key + " and " + value + " should be as wide as " + query);
            }
        }

        @Override
        public List<Operand> reads() {
            return List.of(query, source, key.of(), keyWeight, keyBias, valueWeight, valueBias);
        }

        @Override
        public List<Operand> writes() {
            return List.of(logSumExp, output);
        }

        @Override
        public Cost cost(Extents batch) {
            return NarrowAttentionCost.of(this, batch, 2, 2, 2);
        }

        @Override
        public void differentiate(Derivation to) {
            Activation delta = to.temporary("delta of " + output.name(), logSumExp);
            to.emit(new NarrowAttentionGradient(
                    this,
                    to.gradient(output),
                    delta,
                    to.into(query),
                    to.into(source),
                    to.part(key),
                    to.part(value),
                    to.into(keyWeight),
                    to.into(valueWeight),
                    to.into(valueBias)));
        }
    }

    /**
     * Gradients of a narrow attention; the probabilities are made again. Those of the weights are the absorbed sequences' alone, the projected
     * ones' follow from the keys' and values' gradients.
     *
     * @param delta [narrow rows, heads] scratch: each row's product of output and its gradient
     */
    record NarrowAttentionGradient(
            NarrowAttention attention,
            Activation outputGradient,
            Activation delta,
            Into queryGradient,
            Into sourceGradient,
            Columns keyGradient,
            Columns valueGradient,
            Into keyWeightGradient,
            Into valueWeightGradient,
            Into valueBiasGradient)
            implements NarrowAttentionOp {
        @Override
        public List<Operand> reads() {
            return List.of(
                    attention.query,
                    attention.source,
                    attention.key.of(),
                    attention.keyWeight,
                    attention.valueWeight,
                    attention.valueBias,
                    attention.logSumExp,
                    attention.output,
                    outputGradient);
        }

        @Override
        public List<Operand> writes() {
            return List.of(
                    delta,
                    keyWeightGradient.target(),
                    valueWeightGradient.target(),
                    valueBiasGradient.target(),
                    keyGradient.of(),
                    sourceGradient.target(),
                    queryGradient.target());
        }

        @Override
        public Cost cost(Extents batch) {
            return NarrowAttentionCost.of(attention, batch, 5, 5, 6);
        }
    }
}
