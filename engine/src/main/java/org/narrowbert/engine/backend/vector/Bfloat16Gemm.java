package org.narrowbert.engine.backend.vector;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * Products with weights that are kept as bfloat16: half the memory, and half the time to read them, which is what few rows wait for. Inputs, sums and results are
 * float32, and so are all products with other matrices.
 *
 * <p>Few rows are multiplied by a kernel that widens as it goes. For many a panel is widened once a task, next to the processor, and multiplied as any other. Both
 * add the same numbers in the same order, so an element's bits depend on its row of A and its column of B alone, as {@link GemmDriver}'s do, and are those
 * of a float32 product with the rounded weight.
 */
final class Bfloat16Gemm implements MatrixProducts {
    /** Most rows of a task that are multiplied without widening the panel before: beyond, the taller tiles of float32 repay it. */
    private static final int DIRECT_ROWS = 48;

    /** Columns of panels that follow each other with all of their depth: long stretches of memory to read, short enough to share a layer among threads. */
    private static final int GROUP_COLUMNS = 64;

    private static final int STREAMS = Bfloat16MicroKernel.STREAMS;

    /** Streams are so far from a multiple of this as leaves each other sets of a cache. */
    private static final long PAGE_BYTES = 4096;

    private static final long LINE_BYTES = 64;

    private final FixedPool pool;
    private final GemmDriver float32;
    private final GemmKernels kernels;
    private final Bfloat16MicroKernel direct;
    private final Bfloat16Panels rounding;
    private final int width;
    private final int group;
    private final PackedRows[] rowsOf;
    private final long tileBytes;
    private final long scratchBytes;
    private final Buffer scratch;
    private final long zeros;
    private final List<PackedPanels> kept = new ArrayList<>();
    private final FixedPool.Task pack = this::pack;
    private final FixedPool.Task compute = this::compute;

    // The product under way.
    private final GemmBlocks blocks = new GemmBlocks();
    private final GemmTarget goal = new GemmTarget();
    private GemmMicroKernel kernel;
    private boolean widens;
    private long a;
    private int aStride;
    private long b;
    private int bStride;
    private long panelsAt;
    private long streamBytes;
    private Epilogue epilogue = Epilogue.NONE;

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to compute on; remains the caller's
     * @param vectorBits 128, 256 or 512
     */
    Bfloat16Gemm(FixedPool pool, int vectorBits) {
        this.pool = pool;
        float32 = new GemmDriver(pool, vectorBits);
        kernels = GemmKernels.of(vectorBits);
        direct = GemmKernels.ofBfloat16(vectorBits);
        rounding = WidthCopies.of(MethodHandles.lookup(), Bfloat16Rows.class, vectorBits);
        kernel = direct;
        width = direct.width();
        group = GROUP_COLUMNS / width;
        rowsOf = new PackedRows[pool.threads()];
        Arrays.setAll(rowsOf, worker -> new PackedRows());
        // A tile, or rows of B to be transposed; then a panel of floats.
        tileBytes = width * GemmMicroKernel.ROW_BYTES;
        scratchBytes = tileBytes + width * (long) GemmBlocks.DEPTH * Float.BYTES;
        scratch = Buffer.open(ElementType.FLOAT32, (pool.threads() * scratchBytes) / Float.BYTES + width);
        zeros = scratch.address() + pool.threads() * scratchBytes;
    }

    @Override
    public long workspaceBytes() {
        return float32.workspaceBytes() + scratch.bytes();
    }

    @Override
    public PackedWeights keepPacked(List<Matrix> weights) {
        PackedPanels panels = new PackedPanels(weights, kept::remove);
        kept.add(panels);
        return panels;
    }

    /** Whether a product with the transpose of this matrix is one with its rounded values. */
    boolean rounds(Matrix weight) {
        for (PackedPanels panels : kept) {
            if (panels.find(weight) >= 0) {
                return true;
            }
        }
        return false;
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
        if (!leftTransposed && rightTransposed && target.rows() > 0 && target.columns() > 0) {
            for (PackedPanels panels : kept) {
                int place = panels.find(right);
                if (place >= 0) {
                    multiply(added, left, right, panels, place, target, epilogue);
                    return;
                }
            }
        }
        float32.multiply(added, left, leftTransposed, right, rightTransposed, target, epilogue);
    }

    private void multiply(
            Addend added, Matrix left, Matrix right, PackedPanels panels, int place, Matrix target, Epilogue epilogue) {
        int rows = target.rows();
        int taskRows = Math.ceilDiv(rows, Math.ceilDiv(rows, GemmBlocks.TASK_ROWS));
        widens = taskRows > DIRECT_ROWS;
        kernel = widens ? kernels.forRows(taskRows) : direct;
        blocks.set(rows, target.columns(), left.columns(), false, kernel.height(), width);
        blocks.oneChunk();
        blocks.tallTasks(kernel.height(), group);
        for (PackedRows packed : rowsOf) {
            packed.begin(blocks.taskRows);
        }
        a = left.address();
        aStride = left.stride();
        b = right.address();
        bStride = right.stride();
        goal.set(added, zeros, target);
        long slots = (long) Math.ceilDiv(blocks.panels, group) * group * blocks.depthBlocks;
        streamBytes = Math.ceilDiv(slots * partBytes(), PAGE_BYTES) * PAGE_BYTES + PAGE_BYTES / STREAMS + LINE_BYTES;
        panelsAt = panels.address(place, STREAMS * streamBytes / Float.BYTES);
        if (!panels.isMade(place)) {
            pool.run(blocks.depthBlocks * blocks.panels, pack);
            panels.setMade(place);
        }
        this.epilogue = epilogue;
        pool.run(tasksDown() * Math.ceilDiv(blocks.panels, blocks.taskPanels), compute);
        this.epilogue = Epilogue.NONE;
    }

    @Override
    public void close() {
        float32.close();
        scratch.close();
    }

    private int tasksDown() {
        return Math.ceilDiv(blocks.rows, blocks.taskRows);
    }

    private int depthOf(int depthBlock) {
        return Math.min(blocks.depthBlock, blocks.depth - depthBlock * blocks.depthBlock);
    }

    /** Bytes of a panel in each stream. */
    private long partBytes() {
        return blocks.panelFloats(width) / STREAMS * Short.BYTES;
    }

    /** Where a panel begins in the first stream: all depth blocks of a group of panels follow each other. */
    private long panelAt(int depthBlock, int panel) {
        long slot = ((long) panel / group * blocks.depthBlocks + depthBlock) * group + panel % group;
        return panelsAt + slot * partBytes();
    }

    private long tileAt(int worker) {
        return scratch.address() + worker * scratchBytes;
    }

    private long wideAt(int worker) {
        return tileAt(worker) + tileBytes;
    }

    /** Rounds one panel of one depth block, as {@link GemmDriver} packs it. */
    private void pack(int index, int worker) {
        int depthBlock = index / blocks.panels;
        int panel = index % blocks.panels;
        int depth = depthOf(depthBlock);
        int columns = Math.min(width, blocks.columns - panel * width);
        long from = b + ((long) panel * width * bStride + depthBlock * blocks.depthBlock) * Float.BYTES;
        long near = tileAt(worker);
        long wide = wideAt(worker);
        GemmPacking.copyRows(from, bStride, near, columns, depth);
        GemmPacking.transpose(near, GemmMicroKernel.ROW_FLOATS, wide, width, columns, depth);
        GemmPacking.clear(wide, width, depth, columns);
        rounding.round(wide, width, depth, panelAt(depthBlock, panel), streamBytes);
    }

    /** Computes some rows of some panels; a group of panels with all of its depth at once where the rows of A for it fit. */
    private void compute(int index, int worker) {
        int down = tasksDown();
        int firstRow = index % down * blocks.taskRows;
        int endRow = Math.min(firstRow + blocks.taskRows, blocks.rows);
        int first = index / down * blocks.taskPanels;
        int end = Math.min(first + blocks.taskPanels, blocks.panels);
        int step = rowsOf[worker].holds(blocks.depthBlocks) ? group : blocks.taskPanels;
        for (int panel = first; panel < end; panel += step) {
            compute(firstRow, endRow, panel, Math.min(panel + step, end), worker);
        }
        epilogue.finish(firstRow, endRow, first * width, Math.min(end * width, blocks.columns));
    }

    private void compute(int firstRow, int endRow, int first, int end, int worker) {
        PackedRows packed = rowsOf[worker];
        for (int depthBlock = 0; depthBlock < blocks.depthBlocks; depthBlock++) {
            int depth = depthOf(depthBlock);
            int place = packed.place(depthBlock);
            if (!packed.claim(depthBlock, firstRow)) {
                long from = a + ((long) firstRow * aStride + depthBlock * blocks.depthBlock) * Float.BYTES;
                GemmPacking.copyRows(from, aStride, packed.floats(), place, endRow - firstRow, depth);
            }
            for (int panel = first; panel < end; panel++) {
                long at = panelAt(depthBlock, panel);
                if (widens) {
                    rounding.widen(at, streamBytes, width, depth, wideAt(worker));
                }
                goal.column(
                        kernel,
                        depthBlock == 0,
                        packed.floats(),
                        place,
                        firstRow,
                        endRow,
                        panel,
                        widens ? wideAt(worker) : at,
                        widens ? width * (long) Float.BYTES : streamBytes,
                        depth,
                        tileAt(worker));
            }
        }
    }
}
