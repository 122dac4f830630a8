package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Many independent products C = A B or C += A B at once, each too small to keep all threads busy by itself: those of each sequence or of each
 * head. Their right operands are packed first, all at once, and may be shared; then all products are cut into tasks.
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

    /** Rows of a right operand that one task packs as they lie. */
    private static final int PACKED_ROWS = 64;

    private final FixedPool pool;
    private final GemmKernels kernels;
    private final int width;
    private final float[][] rowsOf;
    private final NativeMemory workspace;
    private final long scratchBytes;
    private final long zeroAt;
    private final FixedPool.Task pack = this::pack;
    private final FixedPool.Task compute = this::compute;

    private final List<Packing> packings = new ArrayList<>();
    private final List<Product> products = new ArrayList<>();
    private int packingCount;
    private int productCount;
    private int[] starts = new int[1];

    /** A right operand, or some of its rows, to be packed. */
    private static final class Packing {
        private long source;
        private int stride;
        private boolean transposed;
        private int rows;
        private int columns;
        private long target;
        private long panelBytes;
    }

    /** One product. */
    private static final class Product {
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
        private long c;
        private int cStride;
        private boolean accumulate;
        private int tasksDown;
        private int panelsOfTask;
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
        rowsOf = new float[pool.threads()][];
        Arrays.setAll(rowsOf, worker -> new float[TASK_ROWS * GemmMicroKernel.ROW_FLOATS]);
        long scratchFloats = Math.max(
                Math.max(kernels.tall().height() * width, GemmPacking.SQUARE_FLOATS),
                width * GemmMicroKernel.ROW_FLOATS);
        scratchBytes = (scratchFloats * Float.BYTES + 63) & -64;
        workspace = NativeMemory.open(pool.threads() * scratchBytes + width * (long) Float.BYTES);
        zeroAt = workspace.address() + pool.threads() * scratchBytes;
        RowMoves.zero(zeroAt, width);
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

    /** Bytes of a packed operand [depth, columns]. */
    long panelBytes(int depth, int columns) {
        return Math.ceilDiv(columns, width) * (long) depth * width * Float.BYTES;
    }

    /** Adds a right operand [depth, columns] to what {@link #pack()} packs, or [columns, depth] where it is {@code transposed}. */
    void toPack(long source, int stride, boolean transposed, int depth, int columns, long target) {
        toPack(source, stride, transposed, depth, columns, target, 0, depth);
    }

    /**
     * Adds some rows of a right operand.
     *
     * @param first the place of the first among all
     * @param depth all rows of the operand
     */
    void toPack(long source, int stride, boolean transposed, int rows, int columns, long target, int first, int depth) {
        if (packingCount == packings.size()) {
            packings.add(new Packing());
        }
        Packing packing = packings.get(packingCount++);
        packing.source = source;
        packing.stride = stride;
        packing.transposed = transposed;
        packing.rows = rows;
        packing.columns = columns;
        packing.target = target + (long) first * width * Float.BYTES;
        packing.panelBytes = (long) depth * width * Float.BYTES;
    }

    /** Packs what was added. */
    void pack() {
        int tasks = begin(packingCount);
        for (int index = 0; index < packingCount; index++) {
            Packing packing = packings.get(index);
            starts[index] = tasks;
            tasks +=
                    packing.transposed ? Math.ceilDiv(packing.columns, width) : Math.ceilDiv(packing.rows, PACKED_ROWS);
        }
        starts[packingCount] = tasks;
        pool.run(tasks, pack);
        packingCount = 0;
    }

    /**
     * Adds a product to what {@link #multiply} computes.
     *
     * @param a address of [rows, depth] floats, or of [depth, rows] where they lie {@code aTransposed}
     * @param panels address of the packed right operand
     * @param c address of [rows, columns] floats; no other product's
     */
    void toMultiply(
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
        if (productCount == products.size()) {
            products.add(new Product());
        }
        Product product = products.get(productCount++);
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
        product.c = c;
        product.cStride = cStride;
        product.accumulate = accumulate;
    }

    /** Lets the last product read its right operand where it lies: the address given for panels is that of its first row. */
    void inPlace(int stride) {
        products.get(productCount - 1).strideInPlace = stride;
    }

    /** Lets the last product's left operand go on: {@code depth} more of its depth lie at another address, in the same way. */
    void goOn(long a, int depth) {
        Product product = products.get(productCount - 1);
        product.aBelow = a;
        product.depthBelow = depth;
    }

    /** Computes what was added. */
    void multiply() {
        double operations = 0;
        for (int index = 0; index < productCount; index++) {
            operations += operationsOfRow(products.get(index)) * products.get(index).rows;
        }
        double ofTask = Math.max(LEAST_OPERATIONS, operations / (TASKS_PER_THREAD * pool.threads()));
        int tasks = begin(productCount);
        for (int index = 0; index < productCount; index++) {
            Product product = products.get(index);
            int panels = Math.ceilDiv(product.columns, width);
            product.tasksDown = Math.ceilDiv(product.rows, TASK_ROWS);
            double ofRows = operationsOfRow(product) * Math.min(product.rows, TASK_ROWS);
            int across = (int) Math.clamp(ofRows / ofTask, 1, panels);
            product.panelsOfTask = Math.max(1, Math.ceilDiv(panels, across));
            starts[index] = tasks;
            tasks += product.tasksDown * Math.ceilDiv(panels, product.panelsOfTask);
        }
        starts[productCount] = tasks;
        pool.run(tasks, compute);
        productCount = 0;
    }

    private static double operationsOfRow(Product product) {
        return 2.0 * (product.depth + product.depthBelow) * product.columns;
    }

    /** Off-heap bytes kept from call to call. */
    long workspaceBytes() {
        return pool.threads() * scratchBytes + width * (long) Float.BYTES;
    }

    @Override
    public void close() {
        workspace.close();
    }

    private int begin(int count) {
        if (starts.length <= count) {
            starts = new int[2 * count];
        }
        return 0;
    }

    /** The operand or product that a task belongs to. */
    private int ownerOf(int task, int count) {
        int place = Arrays.binarySearch(starts, 0, count + 1, task);
        if (place < 0) {
            return -place - 2;
        }
        while (starts[place + 1] == task) {
            place++; // those before it have no tasks
        }
        return place;
    }

    private long scratchAt(int worker) {
        return workspace.address() + worker * scratchBytes;
    }

    private void pack(int task, int worker) {
        int owner = ownerOf(task, packingCount);
        Packing packing = packings.get(owner);
        int index = task - starts[owner];
        if (packing.transposed) {
            packPanel(packing, index, scratchAt(worker));
            return;
        }
        int row = index * PACKED_ROWS;
        int rows = Math.min(PACKED_ROWS, packing.rows - row);
        long target = packing.target + (long) row * width * Float.BYTES;
        int panels = Math.ceilDiv(packing.columns, width);
        GemmPacking.copyPanels(
                packing.source + (long) row * packing.stride * Float.BYTES,
                packing.stride,
                target,
                packing.panelBytes / Float.BYTES,
                width,
                rows,
                packing.columns);
        GemmPacking.clear(
                target + (panels - 1) * packing.panelBytes, width, rows, packing.columns - (panels - 1) * width);
    }

    private void packPanel(Packing packing, int panel, long near) {
        int column = panel * width;
        int columns = Math.min(width, packing.columns - column);
        long source = packing.source + (long) column * packing.stride * Float.BYTES;
        for (int k = 0; k < packing.rows; k += DEPTH) {
            int depth = Math.min(DEPTH, packing.rows - k);
            long target = packing.target + panel * packing.panelBytes + (long) k * width * Float.BYTES;
            GemmPacking.copyRows(source + (long) k * Float.BYTES, packing.stride, near, columns, depth);
            GemmPacking.transpose(near, GemmMicroKernel.ROW_FLOATS, target, width, columns, depth);
            GemmPacking.clear(target, width, depth, columns);
        }
    }

    private void compute(int task, int worker) {
        int owner = ownerOf(task, productCount);
        Product product = products.get(owner);
        int index = task - starts[owner];
        int firstRow = index % product.tasksDown * TASK_ROWS;
        int endRow = Math.min(firstRow + TASK_ROWS, product.rows);
        int panels = Math.ceilDiv(product.columns, width);
        int firstPanel = index / product.tasksDown * product.panelsOfTask;
        int endPanel = Math.min(firstPanel + product.panelsOfTask, panels);
        boolean isFirst = !product.accumulate;
        for (int k = 0; k < product.depth || isFirst; k += DEPTH) {
            int depth = Math.min(DEPTH, product.depth - k);
            copyRows(product, product.a, k, depth, firstRow, endRow, worker);
            addTiles(product, k, depth, isFirst, firstRow, endRow, firstPanel, endPanel, worker);
            isFirst = false;
        }
        for (int k = 0; k < product.depthBelow; k += DEPTH) {
            int depth = Math.min(DEPTH, product.depthBelow - k);
            copyRows(product, product.aBelow, k, depth, firstRow, endRow, worker);
            addTiles(product, product.depth + k, depth, false, firstRow, endRow, firstPanel, endPanel, worker);
        }
    }

    private void copyRows(Product product, long a, int k, int depth, int firstRow, int endRow, int worker) {
        int rows = endRow - firstRow;
        if (product.aTransposed) {
            GemmPacking.transposeRows(
                    at(a, product.aStride, k, firstRow),
                    product.aStride,
                    rowsOf[worker],
                    0,
                    depth,
                    rows,
                    scratchAt(worker));
        } else {
            GemmPacking.copyRows(at(a, product.aStride, firstRow, k), product.aStride, rowsOf[worker], 0, rows, depth);
        }
    }

    private void addTiles(
            Product product,
            int k,
            int depth,
            boolean isFirst,
            int firstRow,
            int endRow,
            int firstPanel,
            int endPanel,
            int worker) {
        GemmMicroKernel kernel = kernels.forRows(product.rows);
        int height = kernel.height();
        float[] rows = rowsOf[worker];
        long tile = scratchAt(worker);
        boolean isInPlace = product.strideInPlace > 0;
        long bRowBytes = (isInPlace ? product.strideInPlace : width) * (long) Float.BYTES;
        long cRowBytes = product.cStride * (long) Float.BYTES;
        int wholeDepth = product.depth + product.depthBelow;
        for (int panel = firstPanel; panel < endPanel; panel++) {
            int column = panel * width;
            long b = isInPlace
                    ? at(product.panels, product.strideInPlace, k, column)
                    : product.panels + ((long) panel * wholeDepth + k) * bRowBytes;
            int columns = Math.min(width, product.columns - column);
            for (int row = firstRow; row < endRow; row += height) {
                kernel.multiply(rows, (row - firstRow) * GemmMicroKernel.ROW_FLOATS, b, bRowBytes, depth, tile);
                long c = at(product.c, product.cStride, row, column);
                long addend = isFirst ? zeroAt : c;
                int below = Math.min(height, endRow - row);
                GemmTile.add(tile, width, addend, isFirst ? 0 : cRowBytes, c, cRowBytes, below, columns);
            }
        }
    }

    private static long at(long base, int stride, int row, int column) {
        return base + ((long) row * stride + column) * Float.BYTES;
    }
}
