package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Many independent products C = A B or C += A B at once, each too small to keep all threads busy by itself: those of each sequence or of each
 * head. Their right operands are packed before ({@link PanelPacking}) and may be shared, or lie in panels or in place; all products are cut into tasks.
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
        private long aRow;
        private long aPanel;
        private boolean aTransposed;
        private int rows;
        private int depth;
        private int depthBelow;
        private long b;
        private long bBelow;
        private long bRow;
        private long bPanel;
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

    /** Floats from panel to panel of a matrix in panels of the kernels' width, whose panels have so many rows: no multiple of a page. */
    long panelFloats(int rows) {
        return (rows | 1L) * width;
    }

    /** Bytes of a matrix in such panels. */
    long panelledBytes(int rows, int columns) {
        return Math.ceilDiv(columns, width) * panelFloats(rows) * Float.BYTES;
    }

    /** Floats from row to row in a panel. */
    int width() {
        return width;
    }

    /**
     * Adds a product to what {@link #run} computes.
     *
     * @param a address of [rows, depth] floats, or of [depth, rows] where they lie {@code aTransposed}
     * @param b address of the right operand, packed unless {@link #right} says otherwise
     * @param c address of [rows, columns] floats that no other product of the run writes or reads
     */
    void add(
            long a,
            int aStride,
            boolean aTransposed,
            int rows,
            int depth,
            long b,
            int columns,
            long c,
            int cStride,
            boolean accumulate) {
        if (count == products.size()) {
            products.add(new Product());
        }
        Product product = products.get(count++);
        product.a = a;
        product.aRow = aStride;
        product.aPanel = 0;
        product.aTransposed = aTransposed;
        product.rows = rows;
        product.depth = depth;
        product.depthBelow = 0;
        product.b = b;
        product.bRow = width;
        product.bPanel = (long) depth * width;
        product.columns = columns;
        product.target.set(accumulate, zeroAt, c, cStride, columns);
    }

    /** Lets the last product read its left operand from panels: its stride is that from row to row of a panel. */
    void leftInPanels(long panelFloats) {
        products.get(count - 1).aPanel = panelFloats;
    }

    /** Lets the last product read its right operand by strides of its own. */
    void right(long rowFloats, long panelFloats) {
        Product product = products.get(count - 1);
        product.bRow = rowFloats;
        product.bPanel = panelFloats;
    }

    /** Lets the last product read its right operand where it lies, row by row. */
    void inPlace(int stride) {
        right(stride, width);
    }

    /** Lets the last product write panels: its target's stride is that from row to row of a panel. */
    void targetInPanels(long panelFloats) {
        products.get(count - 1).target.inPanels(panelFloats);
    }

    /** Lets the last product's depth go on: {@code depth} more of it lie at other addresses, in the same way. */
    void goOn(long a, int depth, long b) {
        Product product = products.get(count - 1);
        product.aBelow = a;
        product.depthBelow = depth;
        product.bBelow = b;
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
        int k = 0;
        do { // once where there is no depth: what the product is added to is its result
            int depth = Math.min(DEPTH, product.depth - k);
            copyRows(product, product.a, k, depth, firstRow, endRow, worker);
            for (int panel = firstPanel; panel < endPanel; panel++) {
                tiles(product, k == 0, product.b, k, depth, firstRow, endRow, panel, worker);
            }
            k += DEPTH;
        } while (k < product.depth);
        for (k = 0; k < product.depthBelow; k += DEPTH) {
            int depth = Math.min(DEPTH, product.depthBelow - k);
            copyRows(product, product.aBelow, k, depth, firstRow, endRow, worker);
            for (int panel = firstPanel; panel < endPanel; panel++) {
                tiles(product, false, product.bBelow, k, depth, firstRow, endRow, panel, worker);
            }
        }
    }

    private void copyRows(Product product, long a, int k, int depth, int firstRow, int endRow, int worker) {
        float[] rows = rowsOf[worker];
        long stride = product.aRow;
        int count = endRow - firstRow;
        if (product.aTransposed) {
            GemmPacking.transposeRows(at(a, stride, k, firstRow), stride, rows, 0, depth, count, scratchAt(worker));
        } else if (product.aPanel > 0) {
            long from = at(a, stride, firstRow, 0) + k / width * product.aPanel * Float.BYTES;
            GemmPacking.copyPanelRows(from, stride, product.aPanel, width, rows, 0, count, depth);
        } else {
            GemmPacking.copyRows(at(a, stride, firstRow, k), stride, rows, 0, count, depth);
        }
    }

    private void tiles(
            Product product, boolean first, long b, int k, int depth, int firstRow, int endRow, int panel, int worker) {
        product.target.column(
                kernels.forRows(product.rows),
                first,
                rowsOf[worker],
                0,
                firstRow,
                endRow,
                panel,
                b + (k * product.bRow + panel * product.bPanel) * Float.BYTES,
                product.bRow * Float.BYTES,
                depth,
                scratchAt(worker));
    }

    private long scratchAt(int worker) {
        return workspace.address() + worker * scratchBytes;
    }

    private static long at(long base, long stride, int row, int column) {
        return base + (row * stride + column) * Float.BYTES;
    }
}
