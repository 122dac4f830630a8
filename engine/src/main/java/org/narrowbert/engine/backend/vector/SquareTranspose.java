package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * The transpose of a square with as many rows as a vector has lanes, in log2(lanes) exchanges: that of distance d swaps lane l + d of row r with
 * lane l of row r + d, for all l and r without the bit d. Four rows at a time go through two exchanges in registers, so a square of 16 x 16 is
 * read and written twice. Whoever computes the addresses has checked the extents; they need no alignment.
 */
final class SquareTranspose {
    // Lane l of a vector turned up by d is lane l + d of the original, and down, lane l - d.
    private static final VectorShuffle<Float> UP_8 = turned(8);
    private static final VectorShuffle<Float> DOWN_8 = turned(-8);
    private static final VectorShuffle<Float> UP_4 = turned(4);
    private static final VectorShuffle<Float> DOWN_4 = turned(-4);
    private static final VectorShuffle<Float> UP_2 = turned(2);
    private static final VectorShuffle<Float> DOWN_2 = turned(-2);
    private static final VectorShuffle<Float> UP_1 = turned(1);
    private static final VectorShuffle<Float> DOWN_1 = turned(-1);

    // The lanes whose number has the bit.
    private static final VectorMask<Float> BIT_8 = lanesWith(8);
    private static final VectorMask<Float> BIT_4 = lanesWith(4);
    private static final VectorMask<Float> BIT_2 = lanesWith(2);
    private static final VectorMask<Float> BIT_1 = lanesWith(1);

    private SquareTranspose() {}

    /**
     * target[c][r] = source[r][c], for as many rows and columns as a vector has lanes; the two do not overlap.
     *
     * @param sourceBytes bytes from row to row of the source
     * @param targetBytes bytes from row to row of the target
     */
    static void transpose(long source, long sourceBytes, long target, long targetBytes) {
        if (Lanes.COUNT == 16) {
            by8And4(source, sourceBytes, target, targetBytes);
            by2And1(target, targetBytes, target, targetBytes);
        } else if (Lanes.COUNT == 8) {
            by4(source, sourceBytes, target, targetBytes);
            by2And1(target, targetBytes, target, targetBytes);
        } else {
            by2And1(source, sourceBytes, target, targetBytes);
        }
    }

    private static void by8And4(long source, long sourceBytes, long target, long targetBytes) {
        for (int row = 0; row < 4; row++) {
            long from = source + row * sourceBytes;
            FloatVector a = Lanes.load(from);
            FloatVector b = Lanes.load(from + 4 * sourceBytes);
            FloatVector c = Lanes.load(from + 8 * sourceBytes);
            FloatVector d = Lanes.load(from + 12 * sourceBytes);
            FloatVector ac = a.blend(c.rearrange(DOWN_8), BIT_8);
            FloatVector ca = a.rearrange(UP_8).blend(c, BIT_8);
            FloatVector bd = b.blend(d.rearrange(DOWN_8), BIT_8);
            FloatVector db = b.rearrange(UP_8).blend(d, BIT_8);
            long to = target + row * targetBytes;
            Lanes.store(ac.blend(bd.rearrange(DOWN_4), BIT_4), to);
            Lanes.store(ac.rearrange(UP_4).blend(bd, BIT_4), to + 4 * targetBytes);
            Lanes.store(ca.blend(db.rearrange(DOWN_4), BIT_4), to + 8 * targetBytes);
            Lanes.store(ca.rearrange(UP_4).blend(db, BIT_4), to + 12 * targetBytes);
        }
    }

    private static void by4(long source, long sourceBytes, long target, long targetBytes) {
        for (int row = 0; row < 4; row++) {
            FloatVector a = Lanes.load(source + row * sourceBytes);
            FloatVector b = Lanes.load(source + (row + 4) * sourceBytes);
            Lanes.store(a.blend(b.rearrange(DOWN_4), BIT_4), target + row * targetBytes);
            Lanes.store(a.rearrange(UP_4).blend(b, BIT_4), target + (row + 4) * targetBytes);
        }
    }

    private static void by2And1(long source, long sourceBytes, long target, long targetBytes) {
        for (int row = 0; row < Lanes.COUNT; row += 4) {
            long from = source + row * sourceBytes;
            FloatVector a = Lanes.load(from);
            FloatVector b = Lanes.load(from + sourceBytes);
            FloatVector c = Lanes.load(from + 2 * sourceBytes);
            FloatVector d = Lanes.load(from + 3 * sourceBytes);
            FloatVector ac = a.blend(c.rearrange(DOWN_2), BIT_2);
            FloatVector ca = a.rearrange(UP_2).blend(c, BIT_2);
            FloatVector bd = b.blend(d.rearrange(DOWN_2), BIT_2);
            FloatVector db = b.rearrange(UP_2).blend(d, BIT_2);
            long to = target + row * targetBytes;
            Lanes.store(ac.blend(bd.rearrange(DOWN_1), BIT_1), to);
            Lanes.store(ac.rearrange(UP_1).blend(bd, BIT_1), to + targetBytes);
            Lanes.store(ca.blend(db.rearrange(DOWN_1), BIT_1), to + 2 * targetBytes);
            Lanes.store(ca.rearrange(UP_1).blend(db, BIT_1), to + 3 * targetBytes);
        }
    }

    private static VectorShuffle<Float> turned(int distance) {
        return VectorShuffle.fromOp(Lanes.FLOATS, lane -> Math.floorMod(lane + distance, Lanes.COUNT));
    }

    private static VectorMask<Float> lanesWith(int bit) {
        long lanes = 0;
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            lanes |= (lane & bit) != 0 ? 1L << lane : 0;
        }
        return VectorMask.fromLong(Lanes.FLOATS, lanes);
    }
}
