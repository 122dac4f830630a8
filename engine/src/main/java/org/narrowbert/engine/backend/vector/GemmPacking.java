package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Copies operands into the order in which {@link GemmMicroKernel}s read them. Addresses are absolute, distances are in floats; nothing is
 * checked.
 */
final class GemmPacking {
    /** Floats of a cache line: a line is read once, whole, wherever its floats go. */
    private static final int LINE = 16;

    private static final MemorySegment MEMORY = AllMemory.SEGMENT;

    private GemmPacking() {}

    /**
     * target[r][c] = source[r][c].
     *
     * @param sourceStride floats from row to row of the source
     * @param targetStride floats from row to row of the target
     */
    static void copy(long source, long sourceStride, long target, long targetStride, int rows, int columns) {
        long bytes = columns * (long) Float.BYTES;
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(
                    MEMORY,
                    source + row * sourceStride * Float.BYTES,
                    MEMORY,
                    target + row * targetStride * Float.BYTES,
                    bytes);
        }
    }

    /**
     * target[c][r] = source[r][c].
     *
     * @param sourceStride floats from row to row of the source
     * @param targetStride floats from row to row of the target
     */
    static void transpose(long source, long sourceStride, long target, long targetStride, int rows, int columns) {
        int column = 0;
        for (; column <= columns - LINE; column += LINE) {
            for (int row = 0; row < rows; row++) {
                long from = source / Float.BYTES + row * sourceStride + column;
                long to = target / Float.BYTES + column * targetStride + row;
                for (int i = 0; i < LINE; i++) {
                    move(from + i, to + i * targetStride);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            long from = source / Float.BYTES + row * sourceStride;
            long to = target / Float.BYTES + row;
            for (int rest = column; rest < columns; rest++) {
                move(from + rest, to + rest * targetStride);
            }
        }
    }

    /**
     * The rows of A for a task: target[r][c] = source[r][c], {@link GemmMicroKernel#ROW_FLOATS} apart.
     *
     * @param sourceStride floats from row to row of the source
     */
    static void copyRows(long source, long sourceStride, float[] target, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            long from = source + row * sourceStride * Float.BYTES;
            MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT, from, target, row * GemmMicroKernel.ROW_FLOATS, columns);
        }
    }

    /**
     * The rows of A for a task, where they are columns of the source: target[c][r] = source[r][c], {@link GemmMicroKernel#ROW_FLOATS} apart.
     *
     * @param sourceStride floats from row to row of the source
     */
    static void transposeRows(long source, long sourceStride, float[] target, int rows, int columns) {
        int column = 0;
        for (; column <= columns - LINE; column += LINE) {
            for (int row = 0; row < rows; row++) {
                long from = source / Float.BYTES + row * sourceStride + column;
                int to = column * GemmMicroKernel.ROW_FLOATS + row;
                for (int i = 0; i < LINE; i++) {
                    target[to + i * GemmMicroKernel.ROW_FLOATS] = MEMORY.getAtIndex(ValueLayout.JAVA_FLOAT, from + i);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            long from = source / Float.BYTES + row * sourceStride;
            for (int rest = column; rest < columns; rest++) {
                target[rest * GemmMicroKernel.ROW_FLOATS + row] =
                        MEMORY.getAtIndex(ValueLayout.JAVA_FLOAT, from + rest);
            }
        }
    }

    /** Zeroes the last columns of a panel, those that its matrix does not have: their products are computed and thrown away. */
    static void clear(long panel, int width, int rows, int firstColumn) {
        for (int row = 0; row < rows; row++) {
            for (int column = firstColumn; column < width; column++) {
                MEMORY.setAtIndex(ValueLayout.JAVA_FLOAT, panel / Float.BYTES + (long) row * width + column, 0);
            }
        }
    }

    private static void move(long from, long to) {
        MEMORY.setAtIndex(ValueLayout.JAVA_FLOAT, to, MEMORY.getAtIndex(ValueLayout.JAVA_FLOAT, from));
    }
}
