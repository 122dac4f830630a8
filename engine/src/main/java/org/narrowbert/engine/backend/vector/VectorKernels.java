package org.narrowbert.engine.backend.vector;

import java.util.List;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.KernelWidths;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** All kernels of the vector backend, one line each to where they are. Owns their workspaces. */
final class VectorKernels implements Kernels, AutoCloseable {
    private final Warming warming;
    private final LinearKernels linear;
    private final AttentionKernels attention;
    private final AbsorbedAttentionKernels absorbed;
    private final NormalizeKernels normalize;
    private final EmbeddingKernels embeddings;
    private final DropoutKernels dropout;
    private final SubsetKernels subsets;
    private final CrossEntropyKernels crossEntropy;
    private final OptimizerKernels optimizer;

    /** Kernels on a pool, which remains the caller's, around products that need no warming; they are closed with them. */
    VectorKernels(FixedPool pool, MatrixProducts products) {
        this(pool, products, Warming.ofFloat32(VectorWidth.bits()));
    }

    /** The same around products that may be warming; that is closed with them too. */
    VectorKernels(FixedPool pool, MatrixProducts products, Warming warming) {
        this.warming = warming;
        linear = new LinearKernels(pool, products);
        attention = new AttentionKernels(pool);
        absorbed = new AbsorbedAttentionKernels(pool, VectorWidth.bits(), warming);
        normalize = new NormalizeKernels(pool);
        embeddings = new EmbeddingKernels(pool);
        dropout = new DropoutKernels(pool);
        subsets = new SubsetKernels(pool);
        crossEntropy = new CrossEntropyKernels(pool, linear);
        optimizer = new OptimizerKernels(pool);
    }

    /** As {@link org.narrowbert.engine.backend.Backend#skipWarmUp}. */
    void skipWarmUp() {
        warming.useKernels();
    }

    /** Makes room for operands up to some widths. */
    void reserve(KernelWidths widths) {
        linear.reserve(widths.summed());
        attention.reserve(widths.head(), widths.gradients());
        absorbed.reserve(widths.absorbed(), widths.gradients());
        normalize.reserve(widths.normalized(), widths.gradients());
        dropout.reserve(widths.dropped(), widths.gradients());
    }

    /** As {@link org.narrowbert.engine.backend.Backend#keepPacked}. */
    PackedWeights keepPacked(List<Matrix> weights) {
        return PackedWeights.together(linear.keepPacked(weights), absorbed.keepPacked(weights));
    }

    /** Off-heap bytes that the kernels keep now. */
    long workspaceBytes() {
        return linear.workspaceBytes()
                + attention.workspaceBytes()
                + absorbed.workspaceBytes()
                + normalize.workspaceBytes()
                + dropout.workspaceBytes();
    }

    @Override
    public void embed(
            Rows rows,
            int[] inputIds,
            int[] tokenTypeIds,
            Matrix word,
            Matrix position,
            Matrix tokenType,
            Matrix output) {
        embeddings.embed(rows, inputIds, tokenTypeIds, word, position, tokenType, output);
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
        embeddings.embedGradient(
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
        linear.linear(input, weight, bias, output);
    }

    @Override
    public void linearActivation(
            ActivationFunction function,
            Matrix input,
            Matrix weight,
            Matrix bias,
            Matrix preActivation,
            Matrix output) {
        linear.linearActivation(function, input, weight, bias, preActivation, output);
    }

    @Override
    public void activationGradient(
            ActivationFunction function, Matrix preActivation, Matrix outputGradient, Matrix gradient) {
        linear.activationGradient(function, preActivation, outputGradient, gradient);
    }

    @Override
    public void linearInputGradient(Matrix outputGradient, Matrix weight, Matrix inputGradient, boolean accumulate) {
        linear.linearInputGradient(outputGradient, weight, inputGradient, accumulate);
    }

    @Override
    public void linearWeightGradient(Matrix input, Matrix outputGradient, Matrix weightGradient, boolean accumulate) {
        linear.linearWeightGradient(input, outputGradient, weightGradient, accumulate);
    }

    @Override
    public void biasGradient(Matrix outputGradient, Matrix biasGradient, boolean accumulate) {
        linear.biasGradient(outputGradient, biasGradient, accumulate);
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
        attention.attention(query, queryRows, key, value, keyRows, heads, dropout, logSumExp, output);
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
        attention.attentionGradient(
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
        absorbed.attention(on);
    }

    @Override
    public void absorbedAttentionGradient(AbsorbedAttention on, AbsorbedAttention.Gradients to) {
        absorbed.gradient(on, to);
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
        normalize.addNormalize(rows, input, residual, dropout, weight, bias, epsilon, sum, statistics, output);
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
        normalize.addNormalizeGradient(
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
        normalize.normalize(rows, input, weight, bias, epsilon, dropout, statistics, output);
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
        normalize.normalizeGradient(
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
        dropout.dropout(rows, input, mask, output, accumulate);
    }

    @Override
    public void gather(Matrix input, Rows subset, Matrix output) {
        subsets.gather(input, subset, output);
    }

    @Override
    public void gatherGradient(Matrix outputGradient, Rows subset, Matrix inputGradient, boolean accumulate) {
        subsets.gatherGradient(outputGradient, subset, inputGradient, accumulate);
    }

    @Override
    public void merge(Matrix base, Matrix part, Rows subset, Matrix output) {
        subsets.merge(base, part, subset, output);
    }

    @Override
    public void mergeGradient(
            Matrix outputGradient,
            Rows subset,
            Matrix baseGradient,
            boolean accumulateBase,
            Matrix partGradient,
            boolean accumulatePart) {
        subsets.mergeGradient(outputGradient, subset, baseGradient, accumulateBase, partGradient, accumulatePart);
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
        crossEntropy.crossEntropy(input, weight, bias, labels, chunk, logSumExp, losses, correct);
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
        crossEntropy.crossEntropyGradient(
                input,
                weight,
                bias,
                labels,
                chunk,
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
        return optimizer.sumOfSquares(matrix);
    }

    @Override
    public void adamW(AdamWStep step, Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment) {
        optimizer.adamW(step, parameter, gradient, firstMoment, secondMoment);
    }

    @Override
    public void close() {
        warming.close();
        linear.close();
        attention.close();
        absorbed.close();
        normalize.close();
        dropout.close();
    }
}
