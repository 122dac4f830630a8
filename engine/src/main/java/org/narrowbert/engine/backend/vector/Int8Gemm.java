package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.matrix.Int8Products;
import org.narrowbert.ffm.matrix.NativeCallException;

/**
 * Linear layers by products of bytes: each weight that is kept is quantized once, with one scale for each of its rows (an output column), each input
 * in every product, with one scale and one zero for each of its rows. Each thread computes parts of C with the library, which sums exactly in ints; these
 * lie in C until our kernel makes floats of them. All other products are of float32.
 *
 * <p>Quantized rows are longer than theirs: whole groups of vectors, as {@link Int8Row} writes them. A weight's further bytes are 0.
 */
final class Int8Gemm implements MatrixProducts {
    /** Elements that one task quantizes, about. */
    private static final int TASK_ELEMENTS = 1 << 14;

    private final FixedPool pool;
    private final OneDnnGemm float32;
    private final Int8Products products;
    private final List<PackedPanels> kept = new ArrayList<>();
    private final FixedPool.Task quantizeWeights = this::quantizeWeights;
    private final FixedPool.Task quantizeInput = this::quantizeInput;
    private final FixedPool.Task compute = this::compute;
    private final Scratch room = new Scratch();

    // The product under way.
    private final ProductSlices slices = new ProductSlices();
    private long bias;
    private int rows;
    private int columns;
    private int depth;
    private int padded;
    private long input;
    private int inputStride;
    private long weight;
    private int weightStride;
    private long c;
    private int cStride;
    private int taskRows;
    private Epilogue epilogue = Epilogue.NONE;

    // Quantized weights: [columns, padded] bytes, a scale and a sum for each row. The input: [rows, padded] bytes, a
    // scale and a zero for each.
    private long weightBytes;
    private long weightScales;
    private long weightSums;
    private long inputBytes;
    private long inputScales;
    private long inputZeros;

    private Int8Gemm(FixedPool pool, OneDnnGemm float32, Int8Products products) {
        this.pool = pool;
        this.float32 = float32;
        this.products = products;
    }

    /**
     * Products by the oneDNN that was found.
     *
     * @param pool remains the caller's
     * @throws RunError when this processor has none
     */
    static Int8Gemm open(FixedPool pool) {
        OneDnnGemm float32 = new OneDnnGemm(pool);
        try {
            return new Int8Gemm(pool, float32, Int8Products.open(pool.threads()));
        } catch (NativeCallException refused) {
            float32.close();
            throw new RunError(refused.getMessage() + ": leave --int8 out", refused);
        }
    }

    @Override
    public long workspaceBytes() {
        return room.bytes() + products.workspaceBytes() + float32.workspaceBytes();
    }

    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        PackedPanels quantized = new PackedPanels(weights, kept::remove);
        kept.add(quantized);
        return quantized;
    }

    @Override
    public void multiply(
            Addend added,
            Matrix left,
            boolean leftTransposed,
            Matrix right,
            boolean rightTransposed,
            Matrix target,
            Epilogue epilogue) {
        boolean isLayer = added.isRow() && !leftTransposed && rightTransposed && target.rows() > 0;
        boolean fits =
                target.columns() > 1 && left.columns() > 0 && Int8Row.padded(left.columns()) <= Int8Products.MOST_DEPTH;
        if (isLayer && fits) {
            for (PackedPanels quantized : kept) {
                int place = quantized.find(right);
                if (place >= 0) {
                    bias = added.address();
                    multiply(left, right, quantized, place, target, epilogue);
                    return;
                }
            }
        }
        float32.multiply(added, left, leftTransposed, right, rightTransposed, target, epilogue);
    }

    private void multiply(
            Matrix left, Matrix right, PackedPanels quantized, int place, Matrix target, Epilogue epilogue) {
        rows = left.rows();
        columns = right.rows();
        depth = left.columns();
        padded = Int8Row.padded(depth);
        input = left.address();
        inputStride = left.stride();
        weight = right.address();
        weightStride = right.stride();
        c = target.address();
        cStride = target.stride();
        weightBytes = quantized.address(place, (long) columns * (padded / Float.BYTES + 2));
        weightScales = weightBytes + (long) columns * padded;
        weightSums = weightScales + (long) columns * Float.BYTES;
        if (!quantized.isMade(place)) {
            runRows(columns, quantizeWeights);
            quantized.setMade(place);
        }
        inputBytes = room.reserve((long) rows * (padded + 2 * Float.BYTES));
        inputScales = inputBytes + (long) rows * padded;
        inputZeros = inputScales + (long) rows * Float.BYTES;
        runRows(rows, quantizeInput);
        this.epilogue = epilogue;
        slices.set(rows, columns);
        try {
            pool.run(slices.count(), compute);
        } catch (NativeCallException refused) {
            throw new RunError(refused.getMessage() + ": leave --int8 out", refused);
        } finally {
            this.epilogue = Epilogue.NONE;
        }
    }

    @Override
    public void close() {
        float32.close();
        products.close();
        room.close();
    }

    private void runRows(int count, FixedPool.Task task) {
        taskRows = Math.max(1, TASK_ELEMENTS / depth);
        pool.run(Math.ceilDiv(count, taskRows), task);
    }

    private void quantizeWeights(int task, int worker) {
        int end = Math.min(columns, (task + 1) * taskRows);
        int most = products.largestWeight();
        for (int row = task * taskRows; row < end; row++) {
            long source = Checks.row(weight, row, weightStride);
            long range = Int8Row.range(source, depth);
            float largest = Math.max(-Int8Row.least(range), Int8Row.largest(range));
            float steps = largest == 0 ? 0 : most / largest;
            int sum = Int8Row.quantize(source, depth, steps, 0, -most, most, weightBytes + (long) row * padded);
            Int8Row.putFloat(weightScales, row, largest / most);
            Int8Row.putInt(weightSums, row, sum);
        }
    }

    private void quantizeInput(int task, int worker) {
        int end = Math.min(rows, (task + 1) * taskRows);
        for (int row = task * taskRows; row < end; row++) {
            long source = Checks.row(input, row, inputStride);
            long range = Int8Row.range(source, depth);
            float least = Int8Row.least(range);
            float width = Int8Row.largest(range) - least;
            float steps = width == 0 ? 0 : Int8Row.LARGEST_BYTE / width;
            int zero = Math.round(-least * steps);
            Int8Row.quantize(source, depth, steps, zero, 0, Int8Row.LARGEST_BYTE, inputBytes + (long) row * padded);
            Int8Row.putFloat(inputScales, row, width / Int8Row.LARGEST_BYTE);
            Int8Row.putInt(inputZeros, row, zero);
        }
    }

    private void compute(int part, int worker) {
        int firstRow = slices.firstRow(part);
        int endRow = slices.endRow(part);
        int firstColumn = slices.firstColumn(part);
        int count = slices.endColumn(part) - firstColumn;
        long offset = (long) firstColumn * Float.BYTES;
        products.multiply(
                worker,
                endRow - firstRow,
                count,
                padded,
                cStride,
                inputBytes + (long) firstRow * padded,
                weightBytes + (long) firstColumn * padded,
                Checks.row(c, firstRow, cStride) + offset);
        for (int row = firstRow; row < endRow; row++) {
            Int8Row.toFloats(
                    Checks.row(c, row, cStride) + offset,
                    count,
                    Int8Row.floatAt(inputScales, row),
                    Int8Row.intAt(inputZeros, row),
                    weightScales + offset,
                    weightSums + offset,
                    bias + offset);
        }
        epilogue.finish(firstRow, endRow, firstColumn, firstColumn + count);
    }
}
