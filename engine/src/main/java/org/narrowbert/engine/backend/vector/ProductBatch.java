package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Many independent products C = A B or C += A B at once, each too small to keep all threads busy by itself: those of each sequence or of each
 * head. Their right operands are packed first ({@link PanelPacking}) and may be shared; then all products are cut into tasks.
 *
 * <p>An element's bits depend on its row of A, its column of B and the depth alone, as those of {@link GemmDriver}.
 */
final class ProductBatch implements AutoCloseable {
    /** Most rows of a task: whole tiles of every kernel. */
    private static final int TASK_ROWS = 60;

    /** Longest block of the depth that a task copies of its rows at once. */
    private static final int DEPTH = GemmBlocks.DEPTH;

    /** Operations that outweigh a task's start by far. */
    private static final double LEAST_OPERATIONS = 1e6;

    private static final int TASKS_PER_THREAD = 4;

    /** Most rows of a left operand for which the right one may be read where it lies. */
    private static final int IN_PLACE_ROWS = 32;

    private final FixedPool pool;
    private final GemmKernels kernels;
    private final int width;
    private final PanelPacking panels;
    private final float[][] rowsOf;
    private final NativeMemory workspace;
    private final long scratchBytes;
    private final long zeroAt;
    private final FixedPool.Task compute = this::compute;
    private final TaskTable tasks = new TaskTable();
    private final List<Product> products = new ArrayList<>();
    private int count;

    /** One product. */
    private static final class Product {
        private final GemmTarget target = new GemmTarget();
        private long a;
        private long aBelow;
        private int aStride;
        private boolean aTransposed;
        private int rows;
        private int depth;
        private int depthBelow;
        private long panels;
        private int strideInPlace;
        private int columns;
        private int tasksDown;
        private int panelsOfTask;

        private double operationsOfRow() {
            return 2.0 * (depth + depthBelow) * columns;
        }
    }

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits 128, 256 or 512
     */
    ProductBatch(FixedPool pool, int vectorBits) {
        this.pool = pool;
        kernels = GemmKernels.of(vectorBits);
        width = kernels.tall().width();
        panels = new PanelPacking(pool, width);
        rowsOf = new float[pool.threads()][];
        Arrays.setAll(rowsOf, worker -> new float[TASK_ROWS * GemmMicroKernel.ROW_FLOATS]);
        long scratchFloats = Math.max(kernels.tall().height() * width, GemmPacking.SQUARE_FLOATS);
        scratchBytes = (scratchFloats * Float.BYTES + 63) & -64;
        workspace = NativeMemory.open(pool.threads() * scratchBytes + width * (long) Float.BYTES);
        zeroAt = workspace.address() + pool.threads() * scratchBytes;
        RowMoves.zero(zeroAt, width);
    }

    /** Packs the right operands. */
    PanelPacking panels() {
        return panels;
    }

    /**
     * Whether a right operand is read where it lies: for too few rows to repay a copy, and only in whole panels.
     *
     * @param rows of the left operand
     * @param columns of the right one
     */
    boolean isInPlace(int rows, int columns) {
        return rows <= IN_PLACE_ROWS && columns % width == 0;
    }

    /**
     * Adds a product to what {@link #run} computes.
     *
     * @param a address of [rows, depth] floats, or of [depth, rows] where they lie {@code aTransposed}
     * @param panels address of the packed right operand
     * @param c address of [rows, columns] floats; no other product's
     */
    void add(
            long a,
            int aStride,
            boolean aTransposed,
            int rows,
            int depth,
            long panels,
            int columns,
            long c,
            int cStride,
            boolean accumulate) {
        if (count == products.size()) {
            products.add(new Product());
        }
        Product product = products.get(count++);
        product.a = a;
        product.aStride = aStride;
        product.aTransposed = aTransposed;
        product.rows = rows;
        product.depth = depth;
        product.aBelow = 0;
        product.depthBelow = 0;
        product.panels = panels;
        product.strideInPlace = 0;
        product.columns = columns;
        product.target.set(accumulate, zeroAt, c, cStride, columns);
    }

    /** Lets the last product read its right operand where it lies: the address given for panels is that of its first row. */
    void inPlace(int stride) {
        products.get(count - 1).strideInPlace = stride;
    }

    /** Lets the last product's left operand go on: {@code depth} more of its depth lie at another address, in the same way. */
    void goOn(long a, int depth) {
        Product product = products.get(count - 1);
        product.aBelow = a;
        product.depthBelow = depth;
    }

    /** Computes what was added. */
    void run() {
        double operations = 0;
        for (int index = 0; index < count; index++) {
            operations += products.get(index).operationsOfRow() * products.get(index).rows;
        }
        double ofTask = Math.max(LEAST_OPERATIONS, operations / (TASKS_PER_THREAD * pool.threads()));
        tasks.clear();
        for (int index = 0; index < count; index++) {
            Product product = products.get(index);
            int ofColumns = Math.ceilDiv(product.columns, width);
            double ofRows = product.operationsOfRow() * Math.min(product.rows, TASK_ROWS);
            int across = (int) Math.clamp(ofRows / ofTask, 1, ofColumns);
            product.tasksDown = Math.ceilDiv(product.rows, TASK_ROWS);
            product.panelsOfTask = Math.ceilDiv(ofColumns, across);
            tasks.add(product.tasksDown * Math.ceilDiv(ofColumns, product.panelsOfTask));
        }
        pool.run(tasks.count(), compute);
        count = 0;
    }

    /** Off-heap bytes kept from call to call. */
    long workspaceBytes() {
        return panels.workspaceBytes() + pool.threads() * scratchBytes + width * (long) Float.BYTES;
    }

    @Override
    public void close() {
        panels.close();
        workspace.close();
    }

    private void compute(int task, int worker) {
        int owner = tasks.owner(task);
        Product product = products.get(owner);
        int index = tasks.index(task, owner);
        int firstRow = index % product.tasksDown * TASK_ROWS;
        int endRow = Math.min(firstRow + TASK_ROWS, product.rows);
        int firstPanel = index / product.tasksDown * product.panelsOfTask;
        int endPanel = Math.min(firstPanel + product.panelsOfTask, Math.ceilDiv(product.columns, width));
        int whole = product.depth + product.depthBelow;
        int k = 0;
        do {
            boolean isBelow = k >= product.depth;
            int end = isBelow ? whole : product.depth;
            int depth = Math.min(DEPTH, end - k);
            long a = isBelow ? product.aBelow : product.a;
            copyRows(product, a, isBelow ? k - product.depth : k, depth, firstRow, endRow, worker);
            for (int panel = firstPanel; panel < endPanel; panel++) {
                tiles(product, k, depth, firstRow, endRow, panel, worker);
            }
            k += depth;
        } while (k < whole);
    }

    private void copyRows(Product product, long a, int k, int depth, int firstRow, int endRow, int worker) {
        int stride = product.aStride;
        float[] rows = rowsOf[worker];
        if (product.aTransposed) {
            long from = at(a, stride, k, firstRow);
            GemmPacking.transposeRows(from, stride, rows, 0, depth, endRow - firstRow, scratchAt(worker));
        } else {
            GemmPacking.copyRows(at(a, stride, firstRow, k), stride, rows, 0, endRow - firstRow, depth);
        }
    }

    private void tiles(Product product, int k, int depth, int firstRow, int endRow, int panel, int worker) {
        boolean isInPlace = product.strideInPlace > 0;
        int stride = isInPlace ? product.strideInPlace : width;
        long b = isInPlace
                ? at(product.panels, stride, k, panel * width)
                : at(product.panels, stride, panel * (product.depth + product.depthBelow) + k, 0);
        product.target.column(
                kernels.forRows(product.rows),
                k == 0,
                rowsOf[worker],
                0,
                firstRow,
                endRow,
                panel,
                b,
                stride * (long) Float.BYTES,
                depth,
                scratchAt(worker));
    }

    private long scratchAt(int worker) {
        return workspace.address() + worker * scratchBytes;
    }

    private static long at(long base, int stride, int row, int column) {
        return base + ((long) row * stride + column) * Float.BYTES;
    }
}
