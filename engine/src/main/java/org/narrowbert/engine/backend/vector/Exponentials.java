package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_1;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_2;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_4;
import static org.narrowbert.engine.backend.vector.Lanes.TURN_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inside of every softmax: e^(x - shift) for a row, and the row's sum. The polynomial is {@link VectorMath#exp}'s, written out here since a
 * call in this loop is not always inlined (see {@link Lanes}).
 */
final class Exponentials {
    private static final float ROUND = 0x1.8p23f;
    private static final float LOG2_E = 1.44269504f;
    private static final float LN_2_HIGH = 0.693359375f;
    private static final float LN_2_LOW = -2.12194440e-4f;
    private static final float LOWEST = -87f;
    private static final int ONE_BITS = 0x3f80_0000;

    private Exponentials() {}

    /**
     * row = e^(row - shift), relative error below 1.2e-7; differences below -87 count as -87 (1.6e-38). Lane i holds column first + i; there is no
     * tail, the lanes' sums are added in a fixed tree.
     *
     * @param count number of columns: whole vectors
     * @param shift no less than the row's largest value but for rounding
     * @return the sum of the row
     */
    static float replace(long row, int count, float shift) {
        FloatVector lowest = FloatVector.broadcast(FLOATS, LOWEST);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int column = 0; column < count; column += COUNT) {
            long at = row + (long) column * Float.BYTES;
            FloatVector x =
                    FloatVector.fromMemorySegment(FLOATS, MEMORY, at, ORDER).sub(shift);
            x = x.blend(lowest, x.compare(VectorOperators.LT, lowest));
            FloatVector rounded = x.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUND));
            FloatVector exponent = rounded.sub(ROUND);
            FloatVector r = exponent.fma(FloatVector.broadcast(FLOATS, -LN_2_HIGH), x);
            r = exponent.fma(FloatVector.broadcast(FLOATS, -LN_2_LOW), r);
            FloatVector p =
                    r.fma(FloatVector.broadcast(FLOATS, 1.3836924e-3f), FloatVector.broadcast(FLOATS, 8.3748147e-3f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 4.1668222e-2f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 1.6666420e-1f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 4.9999989e-1f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
            IntVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 23)
                    .add(ONE_BITS);
            FloatVector result = p.mul(power.reinterpretAsFloats());
            result.intoMemorySegment(MEMORY, at, ORDER);
            sum = sum.add(result);
        }
        sum = COUNT < 16 ? sum : sum.add(sum.rearrange(TURN_8));
        sum = COUNT < 8 ? sum : sum.add(sum.rearrange(TURN_4));
        sum = sum.add(sum.rearrange(TURN_2));
        return sum.add(sum.rearrange(TURN_1)).lane(0);
    }
}
