package org.narrowbert.engine.backend.vector;

import java.lang.foreign.MemorySegment;
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
                // By vectors: a copy by MemorySegment takes longer to begin than 64 bytes take.
                int floats = Math.min(width, columns - column);
                int vectors = floats / Lanes.COUNT * Lanes.COUNT;
                for (int next = 0; next < vectors; next += Lanes.COUNT) {
                    long at = (long) next * Float.BYTES;
                    Lanes.store(Lanes.load(from + at), to + at);
                }
                for (int next = vectors; next < floats; next++) {
                    MEMORY.setAtIndex(Lanes.FLOAT, to / Float.BYTES + next, floatAt(from, next));
                }
                from += floats * (long) Float.BYTES;
                to += panelFloats * Float.BYTES;
            }
        }
    }

    /**
     * target[c][r] = source[r][c]. The last square of a row or column begins early enough to end with it, so some elements are written twice.
     *
     * @param sourceStride floats from row to row of the source
     * @param targetStride floats from row to row of the target
     */
    static void transpose(long source, long sourceStride, long target, long targetStride, int rows, int columns) {
        if (rows < Lanes.COUNT || columns < Lanes.COUNT) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    float value = floatAt(source, row * sourceStride + column);
                    MEMORY.setAtIndex(Lanes.FLOAT, target / Float.BYTES + column * targetStride + row, value);
                }
            }
            return;
        }
        long sourceBytes = sourceStride * Float.BYTES;
        long targetBytes = targetStride * Float.BYTES;
        for (int square = 0; square < rows; square += Lanes.COUNT) {
            int row = Math.min(square, rows - Lanes.COUNT);
            for (int next = 0; next < columns; next += Lanes.COUNT) {
                int column = Math.min(next, columns - Lanes.COUNT);
                long from = source + row * sourceBytes + column * (long) Float.BYTES;
                long to = target + column * targetBytes + row * (long) Float.BYTES;
                SquareTranspose.transpose(from, sourceBytes, to, targetBytes);
            }
        }
    }

    /**
     * The rows of A for a task: target[r][c] = source[r][c], {@link GemmMicroKernel#ROW_FLOATS} apart.
     *
     * @param sourceStride floats from row to row of the source
     * @param place index of target[0][0]
     */
    static void copyRows(long source, long sourceStride, float[] target, int place, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            long from = source + row * sourceStride * Float.BYTES;
            MemorySegment.copy(MEMORY, Lanes.FLOAT, from, target, place + row * GemmMicroKernel.ROW_FLOATS, columns);
        }
    }

    /** The same into memory off the heap, at an absolute address. */
    static void copyRows(long source, long sourceStride, long target, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            long from = source + row * sourceStride * Float.BYTES;
            long to = target + row * GemmMicroKernel.ROW_BYTES;
            MemorySegment.copy(MEMORY, from, MEMORY, to, columns * (long) Float.BYTES);
        }
    }

    /**
     * The rows of A for a task, where they lie in panels: target[r][p * width + c] = source[p][r][c].
     *
     * @param rowFloats floats from row to row of a panel
     * @param panelFloats floats from panel to panel
     */
    static void copyPanelRows(
            long source,
            long rowFloats,
            long panelFloats,
            int width,
            float[] target,
            int place,
            int rows,
            int columns) {
        for (int column = 0; column < columns; column += width) {
            long panel = source + column / width * panelFloats * Float.BYTES;
            int floats = Math.min(width, columns - column);
            int vectors = floats / Lanes.COUNT * Lanes.COUNT;
            for (int row = 0; row < rows; row++) {
                long from = panel + row * rowFloats * Float.BYTES;
                int to = place + row * GemmMicroKernel.ROW_FLOATS + column;
                for (int next = 0; next < vectors; next += Lanes.COUNT) {
                    Lanes.load(from + (long) next * Float.BYTES).intoArray(target, to + next);
                }
                for (int next = vectors; next < floats; next++) {
                    target[to + next] = floatAt(from, next);
                }
            }
        }
    }

    /**
     * The rows of A for a task, where they are columns of the source: target[c][r] = source[r][c], {@link GemmMicroKernel#ROW_FLOATS} apart.
     * Squares go from left to right before they go down, as the source lies in memory, and end as in {@link #transpose}.
     *
     * @param sourceStride floats from row to row of the source
     * @param place index of target[0][0]
     * @param scratch address of {@link #SQUARE_FLOATS} floats of scratch memory
     */
    static void transposeRows(
            long source, long sourceStride, float[] target, int place, int rows, int columns, long scratch) {
        if (rows < Lanes.COUNT || columns < Lanes.COUNT) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    target[place + column * GemmMicroKernel.ROW_FLOATS + row] =
                            floatAt(source, row * sourceStride + column);
                }
            }
            return;
        }
        long sourceBytes = sourceStride * Float.BYTES;
        for (int square = 0; square < rows; square += Lanes.COUNT) {
            int row = Math.min(square, rows - Lanes.COUNT);
            for (int next = 0; next < columns; next += Lanes.COUNT) {
                int column = Math.min(next, columns - Lanes.COUNT);
                long from = source + row * sourceBytes + column * (long) Float.BYTES;
                SquareTranspose.transpose(from, sourceBytes, scratch, Lanes.BYTES);
                int to = place + column * GemmMicroKernel.ROW_FLOATS + row;
                for (int i = 0; i < Lanes.COUNT; i++) {
                    Lanes.load(scratch + (long) i * Lanes.BYTES).intoArray(target, to + i * GemmMicroKernel.ROW_FLOATS);
                }
            }
        }
    }

    /** Zeroes the last columns of a panel, those that its matrix does not have: their products are computed and thrown away. */
    static void clear(long panel, int width, int rows, int firstColumn) {
        for (int row = 0; row < rows; row++) {
            for (int column = firstColumn; column < width; column++) {
                MEMORY.setAtIndex(Lanes.FLOAT, panel / Float.BYTES + (long) row * width + column, 0);
            }
        }
    }

    private static float floatAt(long base, long index) {
        return MEMORY.getAtIndex(Lanes.FLOAT, base / Float.BYTES + index);
    }
}
