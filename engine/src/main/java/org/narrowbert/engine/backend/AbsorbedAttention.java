package org.narrowbert.engine.backend;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * What narrow attention without keys and values works on.
 *
 * @param query [narrow rows, hidden]
 * @param queryRows the narrow rows
 * @param source [tokens, source columns] the states that keys and values would be made of
 * @param sourceVersion names the source's values: with an equal one kernels may take copies that they made in an earlier call
 * @param sourceRows all tokens
 * @param projected sequences that have rows here are left alone: they are computed from keys and values
 * @param keyWeight [hidden, source columns]
 * @param valueWeight [hidden, source columns]
 * @param valueBias [1, hidden]
 * @param heads number of heads, which cut the hidden columns
 * @param dropout mask of the probabilities; row key of (query token, head), column = firstToken + token
 * @param logSumExp [narrow rows, heads] natural logarithm of each softmax's denominator, without what the key's bias would add
 * @param output [narrow rows, hidden]
 */
public record AbsorbedAttention(
        Matrix query,
        Rows queryRows,
        Matrix source,
        StatesVersion sourceVersion,
        Rows sourceRows,
        Rows projected,
        Matrix keyWeight,
        Matrix valueWeight,
        Matrix valueBias,
        int heads,
        DropoutMask dropout,
        Matrix logSumExp,
        Matrix output) {
    /** Columns of a head. */
    public int headSize() {
        return query.columns() / heads;
    }

    /** Whether a sequence is computed here. */
    public boolean absorbs(int sequence) {
        return projected.start(sequence) == projected.end(sequence);
    }

    /**
     * Gradients of an absorbed attention.
     *
     * @param outputGradient [narrow rows, hidden]
     * @param delta [narrow rows, heads] scratch: each row's product of output and its gradient
     * @param query [narrow rows, hidden]
     * @param source [tokens, source columns]
     * @param keyWeight [hidden, source columns]
     * @param valueWeight [hidden, source columns]
     * @param valueBias [1, hidden]
     */
    public record Gradients(
            Matrix outputGradient,
            Matrix delta,
            Target query,
            Target source,
            Target keyWeight,
            Target valueWeight,
            Target valueBias) {}
}
