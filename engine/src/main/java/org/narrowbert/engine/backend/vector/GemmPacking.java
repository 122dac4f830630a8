package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Copies operands into the order in which {@link GemmMicroKernel}s read them. Addresses are absolute, distances are in floats; nothing is
 * checked.
 */
final class GemmPacking {
    /** Floats of scratch memory that {@link #transposeRows} needs. */
    static final int SQUARE_FLOATS = Lanes.COUNT * Lanes.COUNT;

    private static final MemorySegment MEMORY = AllMemory.SEGMENT;

    private GemmPacking() {}

    /**
     * Panels of B as its rows lie: panel[p][r][c] = source[r][p * width + c].
     *
     * @param sourceStride floats from row to row of the source
     * @param panelFloats floats from panel to panel
     */
    static void copyPanels(
            long source, long sourceStride, long target, long panelFloats, int width, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            long from = source + row * sourceStride * Float.BYTES;
            long to = target + (long) row * width * Float.BYTES;
            for (int column = 0; column < columns; column += width) {
                long bytes = Math.min(width, columns - column) * (long) Float.BYTES;
                MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
                from += bytes;
                to += panelFloats * Float.BYTES;
            }
        }
    }

    /**
     * target[c][r] = source[r][c].
     *
     * @param sourceStride floats from row to row of the source
     * @param targetStride floats from row to row of the target
     */
    static void transpose(long source, long sourceStride, long target, long targetStride, int rows, int columns) {
        int wholeRows = Lanes.FLOATS.loopBound(rows);
        int wholeColumns = Lanes.FLOATS.loopBound(columns);
        long sourceBytes = sourceStride * Float.BYTES;
        long targetBytes = targetStride * Float.BYTES;
        for (int row = 0; row < wholeRows; row += Lanes.COUNT) {
            for (int column = 0; column < wholeColumns; column += Lanes.COUNT) {
                long from = source + row * sourceBytes + column * (long) Float.BYTES;
                long to = target + column * targetBytes + row * (long) Float.BYTES;
                SquareTranspose.transpose(from, sourceBytes, to, targetBytes);
            }
        }
        for (int row = 0; row < rows; row++) {
            int rest = row < wholeRows ? wholeColumns : 0;
            long from = source / Float.BYTES + row * sourceStride;
            long to = target / Float.BYTES + row;
            for (int column = rest; column < columns; column++) {
                move(from + column, to + column * targetStride);
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
     * Squares go from left to right before they go down, as the source lies in memory.
     *
     * @param sourceStride floats from row to row of the source
     * @param square address of {@link #SQUARE_FLOATS} floats of scratch memory
     */
    static void transposeRows(long source, long sourceStride, float[] target, int rows, int columns, long square) {
        int wholeRows = Lanes.FLOATS.loopBound(rows);
        int wholeColumns = Lanes.FLOATS.loopBound(columns);
        long sourceBytes = sourceStride * Float.BYTES;
        for (int row = 0; row < wholeRows; row += Lanes.COUNT) {
            for (int column = 0; column < wholeColumns; column += Lanes.COUNT) {
                long from = source + row * sourceBytes + column * (long) Float.BYTES;
                SquareTranspose.transpose(from, sourceBytes, square, Lanes.BYTES);
                int to = column * GemmMicroKernel.ROW_FLOATS + row;
                for (int i = 0; i < Lanes.COUNT; i++) {
                    Lanes.load(square + (long) i * Lanes.BYTES).intoArray(target, to + i * GemmMicroKernel.ROW_FLOATS);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            long from = source / Float.BYTES + row * sourceStride;
            for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++) {
                target[column * GemmMicroKernel.ROW_FLOATS + row] =
                        MEMORY.getAtIndex(ValueLayout.JAVA_FLOAT, from + column);
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
