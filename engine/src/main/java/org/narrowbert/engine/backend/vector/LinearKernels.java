package org.narrowbert.engine.backend.vector;

import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Linear layers, their activation functions and all their gradients. The methods and their contracts are those of {@link
 * org.narrowbert.engine.backend.Kernels}.
 */
final class LinearKernels implements AutoCloseable {
    /** Elements that one task of an element-wise kernel computes, about: more than enough to outweigh its start. */
    private static final int TASK_ELEMENTS = 1 << 14;

    private static final long SCRATCH_BYTES = ActivationRow.SCRATCH_FLOATS * (long) Float.BYTES;

    private final FixedPool pool;
    private final MatrixProducts products;
    private final Addend addend = new Addend();
    private final ParameterSums sums = new ParameterSums();
    private final NativeMemory scratch;
    private final MatrixProducts.Epilogue activate = this::activate;
    private final FixedPool.Task differentiate = this::differentiate;
    private final FixedPool.Task addRows = this::addRows;

    // The call under way: what follows a product, or an element-wise kernel.
    private ActivationFunction function = ActivationFunction.RELU;
    private boolean isPlain;
    private long from;
    private int fromStride;
    private long gradient;
    private int gradientStride;
    private long to;
    private int toStride;
    private int rows;
    private int columns;
    private int taskRows;

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits width of the matrix products' vectors: 128, 256 or 512; results are the same bits for all
     */
    LinearKernels(FixedPool pool, int vectorBits) {
        this(pool, new GemmDriver(pool, vectorBits));
    }

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param products computes the products; closed with this
     */
    LinearKernels(FixedPool pool, MatrixProducts products) {
        this.pool = pool;
        this.products = products;
        scratch = NativeMemory.open(pool.threads() * SCRATCH_BYTES);
    }

    /** Makes room for the gradients of biases up to so many columns. */
    void reserve(int columns) {
        sums.reserve(columns, 1);
    }

    /** As {@link org.narrowbert.engine.backend.Backend#keepPacked}. */
    PackedWeights keepPacked(List<Matrix> weights) {
        return products.keepPacked(weights);
    }

    /** Off-heap bytes kept from call to call. */
    long workspaceBytes() {
        return products.workspaceBytes() + sums.bytes() + pool.threads() * SCRATCH_BYTES;
    }

    /** output = input weight^T + bias. */
    void linear(Matrix input, Matrix weight, Matrix bias, Matrix output) {
        checkLinear(input, weight, bias);
        Checks.shape("output", output, input.rows(), weight.rows());
        products.multiply(addend.row(bias), input, false, weight, true, output, MatrixProducts.Epilogue.NONE);
    }

    /** preActivation = input weight^T + bias; output = function(preActivation); the two may be one matrix. */
    void linearActivation(
            ActivationFunction function,
            Matrix input,
            Matrix weight,
            Matrix bias,
            Matrix preActivation,
            Matrix output) {
        checkLinear(input, weight, bias);
        Checks.shape("preActivation", preActivation, input.rows(), weight.rows());
        Checks.shape("output", output, input.rows(), weight.rows());
        this.function = function;
        from = preActivation.address();
        fromStride = preActivation.stride();
        to = output.address();
        toStride = output.stride();
        isPlain = function == ActivationFunction.GELU && products.isWarming();
        products.multiply(addend.row(bias), input, false, weight, true, preActivation, activate);
    }

    /** gradient = outputGradient * function'(preActivation). */
    void activationGradient(ActivationFunction function, Matrix preActivation, Matrix outputGradient, Matrix gradient) {
        Checks.float32("preActivation", preActivation);
        Checks.same("outputGradient", outputGradient, "preActivation", preActivation);
        Checks.same("gradient", gradient, "preActivation", preActivation);
        this.function = function;
        from = preActivation.address();
        fromStride = preActivation.stride();
        this.gradient = outputGradient.address();
        gradientStride = outputGradient.stride();
        to = gradient.address();
        toStride = gradient.stride();
        rows = gradient.rows();
        columns = gradient.columns();
        taskRows = Math.max(1, TASK_ELEMENTS / Math.max(1, columns));
        pool.run(Math.ceilDiv(rows, taskRows), differentiate);
    }

    /** inputGradient (+)= outputGradient weight. */
    void linearInputGradient(Matrix outputGradient, Matrix weight, Matrix inputGradient, boolean accumulate) {
        Checks.float32("weight", weight);
        Checks.shape("outputGradient", outputGradient, outputGradient.rows(), weight.rows());
        Checks.shape("inputGradient", inputGradient, outputGradient.rows(), weight.columns());
        products.multiply(
                startFrom(inputGradient, accumulate),
                outputGradient,
                false,
                weight,
                false,
                inputGradient,
                MatrixProducts.Epilogue.NONE);
    }

    /** weightGradient (+)= outputGradient^T input. */
    void linearWeightGradient(Matrix input, Matrix outputGradient, Matrix weightGradient, boolean accumulate) {
        Checks.float32("input", input);
        Checks.shape("outputGradient", outputGradient, input.rows(), outputGradient.columns());
        Checks.shape("weightGradient", weightGradient, outputGradient.columns(), input.columns());
        products.multiply(
                startFrom(weightGradient, accumulate),
                outputGradient,
                true,
                input,
                false,
                weightGradient,
                MatrixProducts.Epilogue.NONE);
    }

    /** biasGradient (+)= column sums of outputGradient. */
    void biasGradient(Matrix outputGradient, Matrix biasGradient, boolean accumulate) {
        Checks.float32("outputGradient", outputGradient);
        Checks.shape("biasGradient", biasGradient, 1, outputGradient.columns());
        from = outputGradient.address();
        fromStride = outputGradient.stride();
        columns = outputGradient.columns();
        int chunks = sums.begin(outputGradient.rows(), columns, 1);
        pool.run(chunks, addRows);
        sums.end(pool, chunks, 1, 0, biasGradient, accumulate);
    }

    @Override
    public void close() {
        products.close();
        sums.close();
        scratch.close();
    }

    private static void checkLinear(Matrix input, Matrix weight, Matrix bias) {
        Checks.float32("input", input);
        Checks.shape("weight", weight, weight.rows(), input.columns());
        Checks.shape("bias", bias, 1, weight.rows());
    }

    private Addend startFrom(Matrix target, boolean accumulate) {
        return accumulate ? addend.matrix(target) : addend.nothing();
    }

    private void activate(int firstRow, int endRow, int firstColumn, int endColumn) {
        long offset = (long) firstColumn * Float.BYTES;
        int count = endColumn - firstColumn;
        for (int row = firstRow; row < endRow; row++) {
            long source = Checks.row(from, row, fromStride) + offset;
            long target = Checks.row(to, row, toStride) + offset;
            if (isPlain) {
                PlainGelu.activate(source, target, count);
            } else {
                ActivationRow.activate(function, source, target, count);
            }
        }
    }

    private void differentiate(int task, int worker) {
        int end = Math.min(rows, (task + 1) * taskRows);
        for (int row = task * taskRows; row < end; row++) {
            ActivationRow.differentiate(
                    function,
                    Checks.row(from, row, fromStride),
                    Checks.row(gradient, row, gradientStride),
                    Checks.row(to, row, toStride),
                    columns,
                    scratch.address() + worker * SCRATCH_BYTES);
        }
    }

    private void addRows(int chunk, int worker) {
        long partial = sums.partial(chunk, 1);
        for (int row = sums.first(chunk); row < sums.end(chunk); row++) {
            RowMoves.put(Checks.row(from, row, fromStride), partial, columns, row > sums.first(chunk));
        }
    }
}
