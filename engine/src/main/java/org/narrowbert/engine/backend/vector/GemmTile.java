package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.VectorMask;

/** What follows a micro-kernel: its tile, still in the first-level cache, is added to what the product starts from. */
final class GemmTile {
    private GemmTile() {}

    /**
     * c = addend + tile, for the rows and columns that the matrix has. A vector runs along a row; the last one of a row is masked.
     *
     * @param tile address of [rows or more, width] floats without gaps
     * @param addend address of [rows, columns] floats; may be {@code c}
     * @param addendRowBytes bytes from row to row of the addend; 0 adds one row to all
     * @param rowBytes bytes from row to row of c
     */
    static void add(
            long tile, int width, long addend, long addendRowBytes, long c, long rowBytes, int rows, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        VectorMask<Float> tail = Lanes.tail(whole, columns);
        for (int row = 0; row < rows; row++) {
            long tileRow = tile + (long) row * width * Float.BYTES;
            long addendRow = addend + row * addendRowBytes;
            long cRow = c + row * rowBytes;
            for (int column = 0; column < whole; column += Lanes.COUNT) {
                long at = (long) column * Float.BYTES;
                Lanes.store(Lanes.load(addendRow + at).add(Lanes.load(tileRow + at)), cRow + at);
            }
            if (whole < columns) {
                long at = (long) whole * Float.BYTES;
                Lanes.store(Lanes.load(addendRow + at, tail).add(Lanes.load(tileRow + at, tail)), cRow + at, tail);
            }
        }
    }
}
