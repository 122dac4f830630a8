package org.narrowbert.engine.backend.vector;

import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.threads.FixedPool;
import org.narrowbert.ffm.memory.NativeMemory;

/**
 * Packs many right operands at once, on all threads, into the panels that {@link GemmMicroKernel}s read: a panel's columns follow each other for all of
 * the depth, one panel after the other.
 */
final class PanelPacking implements AutoCloseable {
    /** Rows of an operand that one task packs as they lie. */
    private static final int TASK_ROWS = 64;

    private final FixedPool pool;
    private final int width;
    private final long scratchBytes;
    private final NativeMemory scratch;
    private final FixedPool.Task pack = this::pack;
    private final TaskTable tasks = new TaskTable();
    private final List<Piece> pieces = new ArrayList<>();
    private int count;

    /** An operand. */
    private static final class Piece {
        private long source;
        private int stride;
        private boolean transposed;
        private int rows;
        private int columns;
        private long target;
        private long panelBytes;
    }

    /**
     * Allocates the workspace.
     *
     * @param pool the threads to pack on; remains the caller's
     * @param width columns of a panel
     */
    PanelPacking(FixedPool pool, int width) {
        this.pool = pool;
        this.width = width;
        scratchBytes = (width * GemmMicroKernel.ROW_BYTES + 63) & -64;
        scratch = NativeMemory.open(pool.threads() * scratchBytes);
    }

    /** Bytes of a packed operand [depth, columns]. */
    long bytes(int depth, int columns) {
        return Math.ceilDiv(columns, width) * (long) depth * width * Float.BYTES;
    }

    /**
     * Adds an operand [depth, columns], or [columns, depth] where it is {@code transposed}.
     *
     * @param stride floats from row to row of the source
     * @param target address of {@link #bytes} bytes
     */
    void add(long source, int stride, boolean transposed, int depth, int columns, long target) {
        if (count == pieces.size()) {
            pieces.add(new Piece());
        }
        Piece piece = pieces.get(count++);
        piece.source = source;
        piece.stride = stride;
        piece.transposed = transposed;
        piece.rows = depth;
        piece.columns = columns;
        piece.target = target;
        piece.panelBytes = (long) depth * width * Float.BYTES;
    }

    /** Packs what was added. */
    void run() {
        tasks.clear();
        for (int index = 0; index < count; index++) {
            Piece piece = pieces.get(index);
            tasks.add(piece.transposed ? Math.ceilDiv(piece.columns, width) : Math.ceilDiv(piece.rows, TASK_ROWS));
        }
        pool.run(tasks.count(), pack);
        count = 0;
    }

    /** Off-heap bytes kept from call to call. */
    long workspaceBytes() {
        return pool.threads() * scratchBytes;
    }

    @Override
    public void close() {
        scratch.close();
    }

    private void pack(int task, int worker) {
        int owner = tasks.owner(task);
        Piece piece = pieces.get(owner);
        if (piece.transposed) {
            packPanel(piece, tasks.index(task, owner), scratch.address() + worker * scratchBytes);
        } else {
            packRows(piece, tasks.index(task, owner) * TASK_ROWS);
        }
    }

    private void packRows(Piece piece, int row) {
        int rows = Math.min(TASK_ROWS, piece.rows - row);
        long source = Checks.row(piece.source, row, piece.stride);
        long target = piece.target + (long) row * width * Float.BYTES;
        long panelFloats = piece.panelBytes / Float.BYTES;
        int last = Math.ceilDiv(piece.columns, width) - 1;
        GemmPacking.copyPanels(source, piece.stride, target, panelFloats, width, rows, piece.columns);
        GemmPacking.clear(target + last * piece.panelBytes, width, rows, piece.columns - last * width);
    }

    private void packPanel(Piece piece, int panel, long near) {
        int column = panel * width;
        int columns = Math.min(width, piece.columns - column);
        long source = Checks.row(piece.source, column, piece.stride);
        for (int k = 0; k < piece.rows; k += GemmBlocks.DEPTH) {
            int depth = Math.min(GemmBlocks.DEPTH, piece.rows - k);
            long target = piece.target + panel * piece.panelBytes + (long) k * width * Float.BYTES;
            GemmPacking.copyRows(source + (long) k * Float.BYTES, piece.stride, near, columns, depth);
            GemmPacking.transpose(near, GemmMicroKernel.ROW_FLOATS, target, width, columns, depth);
            GemmPacking.clear(target, width, depth, columns);
        }
    }
}
