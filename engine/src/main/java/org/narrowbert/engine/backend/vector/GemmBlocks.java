package org.narrowbert.engine.backend.vector;

/**
 * How a product [rows, depth] x [depth, columns] is cut: by its shape alone, never by the number of threads, so that its bits are the same for
 * any number. One object is set again for each product.
 *
 * <p>From the outside in: a <em>chunk</em> is what of B is packed at once (some panels, some depth blocks); a <em>task</em> makes some rows and
 * some panels of C from one chunk; a <em>depth block</em> is what one call of the micro-kernel sums in registers. The depth blocks of a row
 * depend on the depth alone.
 */
final class GemmBlocks {
    /** The longest depth block: 6 rows of it leave a first-level cache of 32 KiB room for the panel that streams by. */
    static final int DEPTH = 768;

    /** Most rows of a task: so much of A stays in the second-level cache beside a panel of B. */
    static final int TASK_ROWS = 96;

    /** Depth blocks are a multiple of this, whatever the vectors' width, so that it does not change the bits: the squares of the widest vectors. */
    private static final int SQUARE = 16;

    /** Floats of a chunk (16 MiB): all of B for the layers of BERT-large. */
    static final int CHUNK_FLOATS = 1 << 22;

    /** Columns of a task, where there are as many: each pass over a task's rows copies them once for so many columns. */
    private static final int TASK_COLUMNS = 768;

    /** About as many tasks as a product is cut into: so many that the last ones leave few threads waiting. */
    private static final int TASKS = 32;

    /** Most rows of a product whose tasks are as tall as can be: its B comes from memory, and should come once. */
    private static final int FEW_ROWS = 2 * TASK_ROWS;

    /** Columns that are worth a task of their own in a product of few rows. */
    private static final int LEAST_COLUMNS = 32;

    int rows;
    int columns;
    int depth;
    int depthBlock;
    int depthBlocks;
    int panels;
    int chunkPanels;
    int chunkDepthBlocks;
    int taskRows;
    int taskPanels;

    /**
     * Cuts a product.
     *
     * @param height rows of a tile
     * @param width columns of a panel
     */
    void set(int rows, int columns, int depth, boolean aTransposed, int height, int width) {
        this.rows = rows;
        this.columns = columns;
        this.depth = depth;
        int equalDepth = Math.ceilDiv(depth, Math.max(1, Math.ceilDiv(depth, DEPTH)));
        depthBlock = Math.max(1, Math.ceilDiv(equalDepth, SQUARE)) * SQUARE;
        depthBlocks = Math.max(1, Math.ceilDiv(depth, depthBlock));
        panels = Math.ceilDiv(columns, width);

        // As many columns as fit with all of the depth, so that sums need not return to memory between chunks.
        int mostPanels = Math.max(TASK_COLUMNS, CHUNK_FLOATS / (depthBlock * depthBlocks)) / width;
        chunkPanels = Math.ceilDiv(panels, Math.ceilDiv(panels, mostPanels));
        chunkDepthBlocks = Math.clamp(CHUNK_FLOATS / (chunkPanels * width * depthBlock), 1, depthBlocks);

        int leastPanels = Math.max(1, LEAST_COLUMNS / width);
        if (rows <= FEW_ROWS && !aTransposed) {
            tallTasks(height, leastPanels);
            return;
        }
        int step = aTransposed ? transposedRows(height) : height;
        int down = Math.ceilDiv(rows, step);
        int across = Math.ceilDiv(chunkPanels * width, TASK_COLUMNS);
        if (down * across < TASKS / 2) {
            across = Math.min(Math.ceilDiv(chunkPanels, leastPanels), Math.max(across, Math.ceilDiv(TASKS / 2, down)));
        }
        taskPanels = Math.ceilDiv(chunkPanels, across);
        taskRows = step * Math.clamp(Math.ceilDiv((long) down * across, TASKS), 1, TASK_ROWS / step);
    }

    /** Rows of a task are a multiple of this where A is transposed: whole tiles, and whole squares as far as a task has room for such multiples. */
    private static int transposedRows(int height) {
        int rows = height;
        while (rows % Lanes.COUNT != 0 && rows + height <= TASK_ROWS / 2) {
            rows += height;
        }
        return rows;
    }

    /** Makes one chunk of all of B, where it need not fit the workspace. */
    void oneChunk() {
        chunkPanels = panels;
        chunkDepthBlocks = depthBlocks;
    }

    /**
     * Makes tasks of as many rows as they may have, and of whole groups of panels: for a B that lies far away, which should come by as seldom as can be.
     *
     * @param height rows of a tile
     * @param group panels of a group
     */
    void tallTasks(int height, int group) {
        int down = Math.ceilDiv(rows, TASK_ROWS / height * height);
        int groups = Math.ceilDiv(chunkPanels, group);
        taskRows = Math.ceilDiv(Math.ceilDiv(rows, down), height) * height;
        taskPanels = Math.ceilDiv(groups, Math.clamp(Math.ceilDiv(TASKS, down), 1, groups)) * group;
    }

    /** Floats a packed panel takes up: those of one depth block. */
    long panelFloats(int width) {
        return (long) depthBlock * width;
    }
}
