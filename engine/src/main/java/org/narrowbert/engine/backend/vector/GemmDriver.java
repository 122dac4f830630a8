package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Matrix products C = addend + A B, each of A and B possibly transposed: packs a chunk of B, then computes tiles of C, both on all threads. Owns
 * the packed panels; one product at a time.
 *
 * <p>An element's bits depend on its row of A, its column of B and the depth alone: every tile is summed by the same kernel in the same order, in
 * scratch memory, from where the elements that exist are added to C.
 */
final class GemmDriver implements MatrixProducts {
    /** Rows of B that one task packs: few enough to leave no thread without work, many enough to outweigh the task's start. */
    private static final int PACKED_ROWS = 64;

    /** Most rows of A for which B is read where it lies: beyond, reading it in order so many times repays the copy. */
    private static final int IN_PLACE_ROWS = 256;

    private static final long LINE_BYTES = 64;

    private final FixedPool pool;
    private final GemmKernels kernels;
    private final int width;
    private final PackedRows[] rowsOf;
    private final long panelsAt;
    private final long scratchAt;
    private final long scratchBytes;
    private final NearPanels near;
    private final long zeroAt;
    private final Buffer workspace;
    private final FixedPool.Task packRows = this::packRows;
    private final FixedPool.Task packPanel = this::packPanel;
    private final FixedPool.Task compute = this::compute;

    private final List<PackedPanels> kept = new ArrayList<>();

    // The product under way.
    private GemmMicroKernel kernel;
    private final GemmBlocks blocks = new GemmBlocks();
    private long a;
    private int aStride;
    private boolean aTransposed;
    private long b;
    private int bStride;
    private boolean bTransposed;
    private final GemmTarget goal = new GemmTarget();
    private Epilogue epilogue = Epilogue.NONE;

    // The chunk under way.
    private long chunkAt;
    private int firstPanel;
    private int endPanel;
    private int firstDepthBlock;
    private int endDepthBlock;

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits 128, 256 or 512
     */
    GemmDriver(FixedPool pool, int vectorBits) {
        this.pool = pool;
        kernels = GemmKernels.of(vectorBits);
        kernel = kernels.tall();
        width = kernel.width();
        rowsOf = new PackedRows[pool.threads()];
        Arrays.setAll(rowsOf, worker -> new PackedRows());
        long scratchFloats = Math.max(
                Math.max(kernel.height() * width, GemmPacking.SQUARE_FLOATS), width * GemmMicroKernel.ROW_FLOATS);
        scratchBytes = Math.ceilDiv(scratchFloats * Float.BYTES, LINE_BYTES) * LINE_BYTES;
        long panelBytes = GemmBlocks.CHUNK_FLOATS * (long) Float.BYTES;
        near = new NearPanels(pool, width);
        long bytes = panelBytes + pool.threads() * scratchBytes + width * (long) Float.BYTES;
        workspace = Buffer.open(ElementType.FLOAT32, bytes / Float.BYTES);
        panelsAt = workspace.address();
        scratchAt = panelsAt + panelBytes;
        zeroAt = scratchAt + pool.threads() * scratchBytes;
    }

    /** Off-heap bytes of packed panels, copies and scratch memory. */
    @Override
    public long workspaceBytes() {
        return workspace.elements() * Float.BYTES + near.bytes();
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
        if (target.rows() == 0 || target.columns() == 0) {
            return;
        }
        int depth = leftTransposed ? left.rows() : left.columns();
        kernel = kernels.forRows(target.rows());
        blocks.set(target.rows(), target.columns(), depth, leftTransposed, kernel.height(), width);
        for (PackedRows rows : rowsOf) {
            rows.begin(blocks.taskRows);
        }
        a = left.address();
        aStride = left.stride();
        aTransposed = leftTransposed;
        b = right.address();
        bStride = right.stride();
        bTransposed = rightTransposed;
        goal.set(added, zeroAt, target);
        this.epilogue = epilogue;
        if (!rightTransposed || !multiplyKept(right)) {
            multiplyInChunks();
        }
        this.epilogue = Epilogue.NONE;
    }

    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        PackedPanels panels = new PackedPanels(weights, kept::remove);
        kept.add(panels);
        return panels;
    }

    /** Computes the product as one chunk if B is kept packed, which it is after its first product. */
    private boolean multiplyKept(Matrix right) {
        for (PackedPanels panels : kept) {
            int place = panels.find(right);
            if (place >= 0) {
                blocks.oneChunk();
                chunkAt = panels.address(place, blocks.depthBlocks * blocks.panels * blocks.panelFloats(width));
                firstPanel = 0;
                endPanel = blocks.panels;
                firstDepthBlock = 0;
                endDepthBlock = blocks.depthBlocks;
                if (!panels.isMade(place)) {
                    pool.run(blocks.depthBlocks * blocks.panels, packPanel);
                    panels.setMade(place);
                }
                pool.run(tasksDown() * Math.ceilDiv(blocks.panels, blocks.taskPanels), compute);
                return true;
            }
        }
        return false;
    }

    private void multiplyInChunks() {
        chunkAt = panelsAt;
        for (firstPanel = 0; firstPanel < blocks.panels; firstPanel = endPanel) {
            endPanel = Math.min(firstPanel + blocks.chunkPanels, blocks.panels);
            for (firstDepthBlock = 0; firstDepthBlock < blocks.depthBlocks; firstDepthBlock = endDepthBlock) {
                endDepthBlock = Math.min(firstDepthBlock + blocks.chunkDepthBlocks, blocks.depthBlocks);
                int depthBlocks = endDepthBlock - firstDepthBlock;
                if (bTransposed) {
                    pool.run(depthBlocks * (endPanel - firstPanel), packPanel);
                } else if (!inPlace(endPanel - 1)) {
                    pool.run(depthBlocks * packTasksDown(), packRows);
                }
                pool.run(tasksDown() * Math.ceilDiv(endPanel - firstPanel, blocks.taskPanels), compute);
            }
        }
    }

    @Override
    public void close() {
        near.close();
        workspace.close();
    }

    private int packTasksDown() {
        return Math.ceilDiv(blocks.depthBlock, PACKED_ROWS);
    }

    private int tasksDown() {
        return Math.ceilDiv(blocks.rows, blocks.taskRows);
    }

    private int depthOf(int depthBlock) {
        return Math.min(blocks.depthBlock, blocks.depth - depthBlock * blocks.depthBlock);
    }

    private long scratchAt(int worker) {
        return scratchAt + worker * scratchBytes;
    }

    private long panelAt(int depthBlock, int panel) {
        long slot = (long) (depthBlock - firstDepthBlock) * (endPanel - firstPanel) + panel - firstPanel;
        return chunkAt + slot * blocks.panelFloats(width) * Float.BYTES;
    }

    /**
     * Whether a panel is read where it lies: B's rows lie right, and there are too few of A's to repay a copy. In the gradients of weights, where
     * A is transposed, B is long and narrow: its rows would compete for few sets of a cache.
     */
    private boolean inPlace(int panel) {
        return !bTransposed && !aTransposed && blocks.rows <= IN_PLACE_ROWS && (panel + 1) * width <= blocks.columns;
    }

    /** Packs some rows of one depth block, as they lie, into all panels of the chunk: rows are read from end to end. */
    private void packRows(int index, int worker) {
        int down = packTasksDown();
        int depthBlock = firstDepthBlock + index / down;
        int row = index % down * PACKED_ROWS;
        int rows = Math.min(PACKED_ROWS, depthOf(depthBlock) - row);
        int k = depthBlock * blocks.depthBlock + row;
        int last = endPanel - 1;
        int first = inPlace(firstPanel) ? last : firstPanel;
        int column = first * width;
        int columns = Math.min(endPanel * width, blocks.columns) - column;
        long rowOffset = (long) row * width * Float.BYTES;
        long target = panelAt(depthBlock, first) + rowOffset;
        GemmPacking.copyPanels(
                at(b, bStride, k, column), bStride, target, blocks.panelFloats(width), width, rows, columns);
        GemmPacking.clear(panelAt(depthBlock, last) + rowOffset, width, rows, columns - (last - first) * width);
    }

    /**
     * Packs one panel of one depth block, whose columns are rows of B. They are copied first: B may lie far away, and its rows, read one after
     * the other, come at the pace of a plain copy, which squares of some rows each would not.
     */
    private void packPanel(int index, int worker) {
        int panels = endPanel - firstPanel;
        int depthBlock = firstDepthBlock + index / panels;
        int panel = firstPanel + index % panels;
        int depth = depthOf(depthBlock);
        int column = panel * width;
        int columns = Math.min(width, blocks.columns - column);
        long near = scratchAt(worker);
        long target = panelAt(depthBlock, panel);
        GemmPacking.copyRows(at(b, bStride, column, depthBlock * blocks.depthBlock), bStride, near, columns, depth);
        GemmPacking.transpose(near, GemmMicroKernel.ROW_FLOATS, target, width, columns, depth);
        GemmPacking.clear(target, width, depth, columns);
    }

    /** Computes some rows of some panels from the packed chunk. */
    private void compute(int index, int worker) {
        int down = tasksDown();
        int firstRow = index % down * blocks.taskRows;
        int endRow = Math.min(firstRow + blocks.taskRows, blocks.rows);
        int first = firstPanel + index / down * blocks.taskPanels;
        int end = Math.min(first + blocks.taskPanels, endPanel);
        PackedRows packed = rowsOf[worker];
        for (int depthBlock = firstDepthBlock; depthBlock < endDepthBlock; depthBlock++) {
            if (!packed.claim(depthBlock, firstRow)) {
                packRowsOfA(packed, depthBlock, firstRow, endRow, scratchAt(worker));
            }
            for (int panel = first; panel < end; panel += near.panels()) {
                columns(packed, worker, depthBlock, firstRow, endRow, panel, Math.min(panel + near.panels(), end));
            }
        }
        if (endDepthBlock == blocks.depthBlocks) {
            epilogue.finish(firstRow, endRow, first * width, Math.min(end * width, blocks.columns));
        }
    }

    private void packRowsOfA(PackedRows packed, int depthBlock, int firstRow, int endRow, long scratch) {
        int depth = depthOf(depthBlock);
        int rows = endRow - firstRow;
        int k = depthBlock * blocks.depthBlock;
        int place = packed.place(depthBlock);
        if (aTransposed) {
            GemmPacking.transposeRows(
                    at(a, aStride, k, firstRow), aStride, packed.floats(), place, depth, rows, scratch);
        } else {
            GemmPacking.copyRows(at(a, aStride, firstRow, k), aStride, packed.floats(), place, rows, depth);
        }
    }

    /** The tiles of some panels: from the chunk, from where B lies, or from copies of that. */
    private void columns(
            PackedRows packed, int worker, int depthBlock, int firstRow, int endRow, int firstPanel, int endPanel) {
        int k = depthBlock * blocks.depthBlock;
        boolean copies = inPlace(endPanel - 1) && near.pay(bStride, endRow - firstRow, kernel.height());
        if (copies) {
            long from = at(b, bStride, k, firstPanel * width);
            near.copy(worker, from, bStride, depthOf(depthBlock), endPanel - firstPanel);
        }
        for (int panel = firstPanel; panel < endPanel; panel++) {
            if (copies) {
                long copy = near.at(worker, panel - firstPanel);
                column(packed, worker, depthBlock, firstRow, endRow, panel, copy, width);
            } else if (inPlace(panel)) {
                long lies = at(b, bStride, k, panel * width);
                column(packed, worker, depthBlock, firstRow, endRow, panel, lies, bStride);
            } else {
                column(packed, worker, depthBlock, firstRow, endRow, panel, panelAt(depthBlock, panel), width);
            }
        }
    }

    /** The tiles below each other in one panel, whose rows are so many floats apart. */
    private void column(
            PackedRows packed,
            int worker,
            int depthBlock,
            int firstRow,
            int endRow,
            int panel,
            long panelAt,
            int panelStride) {
        goal.column(
                kernel,
                depthBlock == 0,
                packed.floats(),
                packed.place(depthBlock),
                firstRow,
                endRow,
                panel,
                panelAt,
                panelStride * (long) Float.BYTES,
                depthOf(depthBlock),
                scratchAt(worker));
    }

    private static long at(long base, int stride, int row, int column) {
        return base + ((long) row * stride + column) * Float.BYTES;
    }
}
