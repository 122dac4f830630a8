package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Packs the transpose of one head's rows into the panels that {@link AttentionTile} reads: k counts columns of the source, a panel's columns are
 * the source's rows.
 *
 * <p>Squares of as many rows as a vector has lanes are transposed in log2(lanes) passes, the first from the source to the panel, the others in
 * place: pass d exchanges lane l + d of row r with lane l of row r + d, for all l and r without the bit d. Number by number it took five times as
 * long, a sixth of the whole attention of short sequences.
 */
final class AttentionTranspose {
    private static final Exchange FIRST = new Exchange(COUNT / 2);
    private static final Exchange BY_4 = new Exchange(4);
    private static final Exchange BY_2 = new Exchange(2);
    private static final Exchange BY_1 = new Exchange(1);

    private AttentionTranspose() {}

    /** The constants of the pass of distance d. */
    private record Exchange(
            int distance, VectorShuffle<Float> up, VectorShuffle<Float> down, VectorMask<Float> isHigh) {
        Exchange(int distance) {
            this(
                    distance,
                    VectorShuffle.fromOp(FLOATS, lane -> (lane + distance) % COUNT),
                    VectorShuffle.fromOp(FLOATS, lane -> (lane - distance + COUNT) % COUNT),
                    VectorMask.fromLong(FLOATS, high(distance)));
        }

        private static long high(int distance) {
            long bits = 0;
            for (int lane = 0; lane < COUNT; lane++) {
                bits |= (lane & distance) != 0 ? 1L << lane : 0;
            }
            return bits;
        }
    }

    /**
     * target[k][r] = scale * source[r][k]. Columns that fill up the last vector hold copies of the last row, those beyond it anything.
     *
     * @param source address of the first row's first element
     * @param stride bytes from row to row
     * @param rows number of rows, 1 or more
     * @param width elements of a row
     * @param target address of the first panel, aligned to a vector
     */
    static void pack(long source, long stride, int rows, int width, float scale, long target) {
        int body = FLOATS.loopBound(width);
        for (int row = 0; row < rows; row += COUNT) {
            int panel = row / AttentionTile.COLUMNS;
            long column = row % AttentionTile.COLUMNS * (long) Float.BYTES;
            long to = target + (long) panel * width * AttentionTile.PANEL_BYTES + column;
            int last = Math.min(COUNT, rows - row) - 1;
            for (int k = 0; k < body; k += COUNT) {
                long square = to + (long) k * AttentionTile.PANEL_BYTES;
                square(source + row * stride + (long) k * Float.BYTES, stride, last, scale, square);
            }
            rest(source + row * stride, stride, last, body, width, scale, to);
        }
    }

    private static void square(long source, long stride, int last, float scale, long square) {
        firstPass(source, stride, last, scale, square);
        if (COUNT > 8) {
            pass(square, BY_4.distance, BY_4.up, BY_4.down, BY_4.isHigh);
        }
        if (COUNT > 4) {
            pass(square, BY_2.distance, BY_2.up, BY_2.down, BY_2.isHigh);
        }
        pass(square, BY_1.distance, BY_1.up, BY_1.down, BY_1.isHigh);
    }

    /** The pass of the largest distance, from the source to the square; rows beyond the last are the last one's copies. */
    private static void firstPass(long source, long stride, int last, float scale, long square) {
        int half = COUNT / 2;
        for (int row = 0; row < half; row++) {
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, source + Math.min(row, last) * stride, ORDER)
                    .mul(scale);
            FloatVector b = FloatVector.fromMemorySegment(
                            FLOATS, MEMORY, source + Math.min(row + half, last) * stride, ORDER)
                    .mul(scale);
            long to = square + (long) row * AttentionTile.PANEL_BYTES;
            a.blend(b.rearrange(FIRST.down), FIRST.isHigh).intoMemorySegment(MEMORY, to, ORDER);
            a.rearrange(FIRST.up)
                    .blend(b, FIRST.isHigh)
                    .intoMemorySegment(MEMORY, to + (long) half * AttentionTile.PANEL_BYTES, ORDER);
        }
    }

    private static void pass(
            long square, int distance, VectorShuffle<Float> up, VectorShuffle<Float> down, VectorMask<Float> isHigh) {
        for (int pair = 0; pair < COUNT / 2; pair++) {
            int row = (pair & -distance) * 2 + (pair & (distance - 1));
            long first = square + (long) row * AttentionTile.PANEL_BYTES;
            long second = first + (long) distance * AttentionTile.PANEL_BYTES;
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, MEMORY, first, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, MEMORY, second, ORDER);
            a.blend(b.rearrange(down), isHigh).intoMemorySegment(MEMORY, first, ORDER);
            a.rearrange(up).blend(b, isHigh).intoMemorySegment(MEMORY, second, ORDER);
        }
    }

    /** The columns of the source that fill no square, one by one. */
    private static void rest(long source, long stride, int last, int firstColumn, int width, float scale, long target) {
        for (int k = firstColumn; k < width; k++) {
            for (int row = 0; row <= last; row++) {
                float value = AllMemory.SEGMENT.get(Lanes.FLOAT, source + row * stride + (long) k * Float.BYTES);
                long to = target + (long) k * AttentionTile.PANEL_BYTES + (long) row * Float.BYTES;
                AllMemory.SEGMENT.set(Lanes.FLOAT, to, value * scale);
            }
        }
    }
}
