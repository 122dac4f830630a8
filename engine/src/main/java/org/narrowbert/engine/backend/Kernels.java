package org.narrowbert.engine.backend;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * What a backend computes: one method per op of the graph, over matrices. Kernels know nothing of BERT.
 *
 * <p>Common to all: shapes are checked once at entry ({@link IllegalArgumentException} names both); matrices do not overlap unless a method
 * says that they may be the same; any matrix may have no rows; a vector of n parameters is a matrix [1, n]. A method with an {@code
 * accumulate} flag adds to its target when it is true and overwrites all of it when it is false. Results depend neither on the number of
 * threads nor, for row-wise methods, on the other rows.
 */
public interface Kernels {

    /**
     * output[r] = word[inputIds[r]] + position[r's place in its sequence] + tokenType[tokenTypeIds[r]].
     *
     * @param rows the tokens
     * @param inputIds [tokens or more] rows of {@code word}
     * @param tokenTypeIds [tokens or more] rows of {@code tokenType}
     * @param word [vocabulary, hidden]
     * @param position [max positions, hidden]
     * @param tokenType [token types, hidden]
     * @param output [tokens, hidden]
     */
    void embed(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output);

    /**
     * Adds each row of the output's gradient to the three table rows it was made of.
     *
     * @param outputGradient [tokens, hidden]
     * @param wordGradient [vocabulary, hidden]; all of it is zeroed first unless {@code accumulateWord}
     */
    void embedGradient(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix outputGradient,
            Matrix wordGradient,
            boolean accumulateWord,
            Matrix positionGradient,
            boolean accumulatePosition,
            Matrix tokenTypeGradient,
            boolean accumulateTokenType);

    /**
     * output = input weight^T + bias.
     *
     * @param input [rows, in]
     * @param weight [out, in]
     * @param bias [1, out]
     * @param output [rows, out]
     */
    void linear(Matrix input, Matrix weight, Matrix bias, Matrix output);

    /**
     * preActivation = input weight^T + bias; output = function(preActivation).
     *
     * @param preActivation [rows, out]; may be the same matrix as {@code output}, which then holds the activated values
     * @param output [rows, out]
     */
    void linearActivation(
            ActivationFunction function, Matrix input, Matrix weight, Matrix bias, Matrix preActivation, Matrix output);

    /**
     * gradient = outputGradient * function'(preActivation).
     *
     * @param gradient [rows, out]; may be the same matrix as {@code outputGradient}
     */
    void activationGradient(ActivationFunction function, Matrix preActivation, Matrix outputGradient, Matrix gradient);

    /**
     * inputGradient (+)= outputGradient weight.
     *
     * @param outputGradient [rows, out]
     * @param weight [out, in]
     * @param inputGradient [rows, in]
     */
    void linearInputGradient(Matrix outputGradient, Matrix weight, Matrix inputGradient, boolean accumulate);

    /**
     * weightGradient (+)= outputGradient^T input.
     *
     * @param input [rows, in]
     * @param outputGradient [rows, out]
     * @param weightGradient [out, in]
     */
    void linearWeightGradient(Matrix input, Matrix outputGradient, Matrix weightGradient, boolean accumulate);

    /**
     * biasGradient (+)= column sums of outputGradient.
     *
     * @param biasGradient [1, out]
     */
    void biasGradient(Matrix outputGradient, Matrix biasGradient, boolean accumulate);

    /**
     * Multi-head scaled dot-product attention within each sequence: for head h of width e = columns / heads, probabilities = softmax(query_h
     * key_h^T / sqrt(e)), output_h = dropout(probabilities) value_h. A sequence without key rows gives zero rows.
     *
     * @param query [query rows, hidden]
     * @param queryRows the query's row set
     * @param key [key rows, hidden]
     * @param value [key rows, hidden]
     * @param keyRows the row set of keys and values; same number of sequences
     * @param dropout mask of the probabilities; row key of (query token, head), column = firstToken + key token
     * @param logSumExp [query rows, heads] natural logarithm of each softmax's denominator, for the backward pass
     * @param output [query rows, hidden]
     */
    void attention(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output);

    /**
     * Gradients of {@link #attention}; probabilities are made again from query, key and logSumExp.
     *
     * @param outputGradient [query rows, hidden]
     * @param delta [query rows, heads] scratch
     * @param queryGradient [query rows, hidden]
     * @param keyGradient [key rows, hidden]
     * @param valueGradient [key rows, hidden]
     */
    void attentionGradient(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output,
            Matrix outputGradient,
            Matrix delta,
            Matrix queryGradient,
            boolean accumulateQuery,
            Matrix keyGradient,
            boolean accumulateKey,
            Matrix valueGradient,
            boolean accumulateValue);

    /**
     * Attention of narrow rows in the sequences that have no keys and values, from the tokens' states: for head h of width e, scores = (query_h
     * keyWeight_h) source^T / sqrt(e), P = dropout(softmax(scores)), output_h = (P source) valueWeight_h^T + s valueBias_h, where s is each
     * row's sum of P. The other sequences' rows of the results are left as they are.
     */
    void absorbedAttention(AbsorbedAttention on);

    /**
     * Gradients of {@link #absorbedAttention}; what it made in between is made again. The other sequences' rows of the query's gradient are left
     * as they are; their rows of the source's gradient are zeroed unless it is added to.
     */
    void absorbedAttentionGradient(AbsorbedAttention on, AbsorbedAttention.Gradients to);

    /**
     * sum = residual + dropout(input); output = (sum - mean) * inverseDeviation * weight + bias, row by row.
     *
     * @param rows the row set, for the dropout mask
     * @param input [rows, hidden]
     * @param residual [rows, hidden]
     * @param weight [1, hidden]
     * @param bias [1, hidden]
     * @param epsilon added to the variance
     * @param sum [rows, hidden]; may be the same matrix as {@code input}
     * @param statistics [rows, 2] mean and inverse standard deviation of each row of sum
     * @param output [rows, hidden]
     */
    void addNormalize(
            Rows rows,
            Matrix input,
            Matrix residual,
            DropoutMask dropout,
            Matrix weight,
            Matrix bias,
            float epsilon,
            Matrix sum,
            Matrix statistics,
            Matrix output);

    /**
     * Gradients of {@link #addNormalize}.
     *
     * @param inputGradient [rows, hidden] overwritten; may be the same matrix as {@code outputGradient}
     * @param residualGradient [rows, hidden]
     * @param weightGradient [1, hidden]
     * @param biasGradient [1, hidden]
     */
    void addNormalizeGradient(
            Rows rows,
            Matrix sum,
            Matrix statistics,
            DropoutMask dropout,
            Matrix weight,
            Matrix outputGradient,
            Matrix inputGradient,
            Matrix residualGradient,
            boolean accumulateResidual,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias);

    /**
     * output = dropout((input - mean) * inverseDeviation * weight + bias), row by row.
     *
     * @param statistics [rows, 2] mean and inverse standard deviation of each row of input
     */
    void normalize(
            Rows rows,
            Matrix input,
            Matrix weight,
            Matrix bias,
            float epsilon,
            DropoutMask dropout,
            Matrix statistics,
            Matrix output);

    /**
     * Gradients of {@link #normalize}.
     *
     * @param inputGradient [rows, hidden]; may be the same matrix as {@code outputGradient} when it is not accumulated
     */
    void normalizeGradient(
            Rows rows,
            Matrix input,
            Matrix statistics,
            DropoutMask dropout,
            Matrix weight,
            Matrix outputGradient,
            Matrix inputGradient,
            boolean accumulateInput,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias);

    /**
     * output (+)= input with the elements that the mask drops at zero and the others scaled. Its gradient is the same of the output's gradient.
     *
     * @param rows whose tokens the mask depends on
     * @param input [rows, columns]
     * @param output [rows, columns]
     * @param accumulate whether it is added to what is there
     */
    void dropout(Rows rows, Matrix input, DropoutMask mask, Matrix output, boolean accumulate);

    /**
     * output[r] = input[subset.token(r)].
     *
     * @param input [tokens, columns]
     * @param output [subset rows, columns]
     */
    void gather(Matrix input, Rows subset, Matrix output);

    /** inputGradient[subset.token(r)] (+)= outputGradient[r]; other rows are zeroed unless {@code accumulate}. */
    void gatherGradient(Matrix outputGradient, Rows subset, Matrix inputGradient, boolean accumulate);

    /**
     * output = base, but row subset.token(r) = part[r].
     *
     * @param base [tokens, columns]; may be the same matrix as {@code output}
     * @param part [subset rows, columns]
     * @param output [tokens, columns]
     */
    void merge(Matrix base, Matrix part, Rows subset, Matrix output);

    /**
     * baseGradient (+)= outputGradient with zero at the subset's rows; partGradient[r] (+)= outputGradient[subset.token(r)].
     *
     * @param baseGradient [tokens, columns]
     * @param partGradient [subset rows, columns]
     */
    void mergeGradient(
            Matrix outputGradient,
            Rows subset,
            Matrix baseGradient,
            boolean accumulateBase,
            Matrix partGradient,
            boolean accumulatePart);

    /**
     * losses[r] = logSumExp[r] - logit of labels[r], where logits = input weight^T + bias are made in chunks of the vocabulary. correct[r] = 1
     * if the logit of labels[r] is the row's highest, the first of equals; otherwise 0.
     *
     * @param input [rows, hidden]
     * @param weight [vocabulary, hidden]
     * @param bias [1, vocabulary]
     * @param labels [rows or more] each row's right column
     * @param chunk [rows, chunk columns] scratch for one chunk of logits
     * @param logSumExp [rows, 1]
     * @param losses [rows, 1] in nats
     * @param correct [rows, 1]
     */
    void crossEntropy(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix chunk,
            Matrix logSumExp,
            Matrix losses,
            Matrix correct);

    /**
     * Gradients of {@link #crossEntropy}; logits are made again, chunk by chunk.
     *
     * @param lossGradient [rows, 1]
     */
    void crossEntropyGradient(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix chunk,
            Matrix logSumExp,
            Matrix lossGradient,
            Matrix inputGradient,
            boolean accumulateInput,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias);

    /** Sum of the squares of all elements, in double and in a fixed order. */
    double sumOfSquares(Matrix matrix);

    /**
     * One AdamW update of all elements, in one pass.
     *
     * @param gradient same shape as {@code parameter}; multiplied by {@code step.gradientScale()} before use
     * @param firstMoment same shape
     * @param secondMoment same shape
     */
    void adamW(AdamWStep step, Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment);
}
