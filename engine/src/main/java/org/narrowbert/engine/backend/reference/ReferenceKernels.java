package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** All kernels of the specification, one line each to where they are written out. */
final class ReferenceKernels implements Kernels {
    @Override
    public void embed(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output) {
        RowReference.embed(rows, inputIds, tokenTypeIds, word, position, tokenType, output);
    }

    @Override
    public void embedGradient(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix outputGradient,
            Matrix wordGradient,
            boolean accumulateWord,
            Matrix positionGradient,
            boolean accumulatePosition,
            Matrix tokenTypeGradient,
            boolean accumulateTokenType) {
        RowReference.embedGradient(
                rows,
                inputIds,
                tokenTypeIds,
                outputGradient,
                wordGradient,
                accumulateWord,
                positionGradient,
                accumulatePosition,
                tokenTypeGradient,
                accumulateTokenType);
    }

    @Override
    public void linear(Matrix input, Matrix weight, Matrix bias, Matrix output) {
        LinearReference.linear(input, weight, bias, output);
    }

    @Override
    public void linearActivation(
            ActivationFunction function,
            Matrix input,
            Matrix weight,
            Matrix bias,
            Matrix preActivation,
            Matrix output) {
        LinearReference.linearActivation(function, input, weight, bias, preActivation, output);
    }

    @Override
    public void activationGradient(
            ActivationFunction function, Matrix preActivation, Matrix outputGradient, Matrix gradient) {
        LinearReference.activationGradient(function, preActivation, outputGradient, gradient);
    }

    @Override
    public void linearInputGradient(Matrix outputGradient, Matrix weight, Matrix inputGradient, boolean accumulate) {
        LinearReference.inputGradient(outputGradient, weight, inputGradient, accumulate);
    }

    @Override
    public void linearWeightGradient(Matrix input, Matrix outputGradient, Matrix weightGradient, boolean accumulate) {
        LinearReference.weightGradient(input, outputGradient, weightGradient, accumulate);
    }

    @Override
    public void biasGradient(Matrix outputGradient, Matrix biasGradient, boolean accumulate) {
        LinearReference.biasGradient(outputGradient, biasGradient, accumulate);
    }

    @Override
    public void attention(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output) {
        AttentionReference.attention(query, queryRows, key, value, keyRows, heads, dropout, logSumExp, output);
    }

    @Override
    public void attentionGradient(
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
            boolean accumulateValue) {
        AttentionReference.gradient(
                query,
                queryRows,
                key,
                value,
                keyRows,
                heads,
                dropout,
                logSumExp,
                output,
                outputGradient,
                delta,
                queryGradient,
                accumulateQuery,
                keyGradient,
                accumulateKey,
                valueGradient,
                accumulateValue);
    }

    @Override
    public void absorbedAttention(AbsorbedAttention on) {
        AbsorbedAttentionReference.attention(on);
    }

    @Override
    public void absorbedAttentionGradient(AbsorbedAttention on, AbsorbedAttention.Gradients to) {
        AbsorbedAttentionReference.gradient(on, to);
    }

    @Override
    public void addNormalize(
            Rows rows,
            Matrix input,
            Matrix residual,
            DropoutMask dropout,
            Matrix weight,
            Matrix bias,
            float epsilon,
            Matrix sum,
            Matrix statistics,
            Matrix output) {
        NormalizeReference.addNormalize(rows, input, residual, dropout, weight, bias, epsilon, sum, statistics, output);
    }

    @Override
    public void addNormalizeGradient(
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
            boolean accumulateBias) {
        NormalizeReference.addNormalizeGradient(
                rows,
                sum,
                statistics,
                dropout,
                weight,
                outputGradient,
                inputGradient,
                residualGradient,
                accumulateResidual,
                weightGradient,
                accumulateWeight,
                biasGradient,
                accumulateBias);
    }

    @Override
    public void normalize(
            Rows rows,
            Matrix input,
            Matrix weight,
            Matrix bias,
            float epsilon,
            DropoutMask dropout,
            Matrix statistics,
            Matrix output) {
        NormalizeReference.normalize(rows, input, weight, bias, epsilon, dropout, statistics, output);
    }

    @Override
    public void normalizeGradient(
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
            boolean accumulateBias) {
        NormalizeReference.normalizeGradient(
                rows,
                input,
                statistics,
                dropout,
                weight,
                outputGradient,
                inputGradient,
                accumulateInput,
                weightGradient,
                accumulateWeight,
                biasGradient,
                accumulateBias);
    }

    @Override
    public void dropout(Rows rows, Matrix input, DropoutMask mask, Matrix output, boolean accumulate) {
        RowReference.dropout(rows, input, mask, output, accumulate);
    }

    @Override
    public void gather(Matrix input, Rows subset, Matrix output) {
        RowReference.gather(input, subset, output);
    }

    @Override
    public void gatherGradient(Matrix outputGradient, Rows subset, Matrix inputGradient, boolean accumulate) {
        RowReference.gatherGradient(outputGradient, subset, inputGradient, accumulate);
    }

    @Override
    public void merge(Matrix base, Matrix part, Rows subset, Matrix output) {
        RowReference.merge(base, part, subset, output);
    }

    @Override
    public void mergeGradient(
            Matrix outputGradient,
            Rows subset,
            Matrix baseGradient,
            boolean accumulateBase,
            Matrix partGradient,
            boolean accumulatePart) {
        RowReference.mergeGradient(outputGradient, subset, baseGradient, accumulateBase, partGradient, accumulatePart);
    }

    @Override
    public void crossEntropy(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix chunk,
            Matrix logSumExp,
            Matrix losses,
            Matrix correct) {
        CrossEntropyReference.crossEntropy(input, weight, bias, labels, logSumExp, losses, correct);
    }

    @Override
    public void crossEntropyGradient(
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
            boolean accumulateBias) {
        CrossEntropyReference.gradient(
                input,
                weight,
                bias,
                labels,
                logSumExp,
                lossGradient,
                inputGradient,
                accumulateInput,
                weightGradient,
                accumulateWeight,
                biasGradient,
                accumulateBias);
    }

    @Override
    public double sumOfSquares(Matrix matrix) {
        return OptimizerReference.sumOfSquares(matrix);
    }

    @Override
    public void adamW(AdamWStep step, Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment) {
        OptimizerReference.adamW(step, parameter, gradient, firstMoment, secondMoment);
    }
}
