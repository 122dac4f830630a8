package org.narrowbert.engine.backend.vector;

import java.util.Arrays;

/**
 * One worker's copies of rows of A, as the kernels read them. They stay until other rows take their place: a product of few rows is cut into many
 * tasks across its columns, which then copy them once if they fit.
 *
 * <p>There are as many places as fit a task's rows, one for each depth block.
 */
final class PackedRows {
    private final float[] floats = new float[GemmBlocks.TASK_ROWS * GemmMicroKernel.ROW_FLOATS];

    /** The depth block and the first row that lie in each place, or a negative number. */
    private final long[] held = new long[GemmBlocks.TASK_ROWS];

    private int rowsOfPlace;
    private int places;

    /** Forgets what is there, and makes places for tasks of up to {@code rows} rows. */
    void begin(int rows) {
        rowsOfPlace = rows;
        places = GemmBlocks.TASK_ROWS / rows;
        Arrays.fill(held, 0, places, -1);
    }

    /** Whether a task's rows of so many depth blocks are there at the same time. */
    boolean holds(int depthBlocks) {
        return depthBlocks <= places;
    }

    /** The array that kernels read; rows of a place are {@link GemmMicroKernel#ROW_FLOATS} apart. */
    float[] floats() {
        return floats;
    }

    /** Where the rows of a depth block have their place in the array. */
    int place(int depthBlock) {
        return depthBlock % places * rowsOfPlace * GemmMicroKernel.ROW_FLOATS;
    }

    /** Whether the rows from {@code firstRow} of a depth block are in their place; says that they will be. */
    boolean claim(int depthBlock, int firstRow) {
        long wanted = (long) depthBlock << Integer.SIZE | firstRow;
        int place = depthBlock % places;
        boolean there = held[place] == wanted;
        held[place] = wanted;
        return there;
    }
}
