package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.engine.random.DropoutMask;

/** A dropout mask's bits, a vector of columns at a time: exactly those of {@link CounterRandom#bits}. */
final class DropoutLanes {
    private DropoutLanes() {}

    /** Lane i holds what {@link CounterRandom#bits} makes of column i before it looks at the row. */
    static IntVector columns() {
        return IntVector.zero(Lanes.INTS).addIndex(1).mul(CounterRandom.COLUMN_STEP);
    }

    /**
     * Which lanes a mask keeps.
     *
     * @param columns each lane's column times {@link CounterRandom#COLUMN_STEP}
     * @param rowKey the row's key
     * @param threshold the mask's {@link DropoutMask#threshold}
     */
    static VectorMask<Float> kept(IntVector columns, long rowKey, int threshold) {
        IntVector x = columns.add((int) rowKey);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
        x = x.mul(CounterRandom.MIX_1);
        x = x.lanewise(VectorOperators.XOR, (int) (rowKey >>> 32));
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15));
        x = x.mul(CounterRandom.MIX_2);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
        return x.lanewise(VectorOperators.LSHR, 8)
                .compare(VectorOperators.GE, threshold)
                .cast(Lanes.FLOATS);
    }

    /** The lanes that are kept, times {@code scale}; 0 in the others. */
    static FloatVector drop(FloatVector values, VectorMask<Float> kept, float scale) {
        return Lanes.zero().blend(values.mul(scale), kept);
    }

    /**
     * target = dropout(source) for one row; both may be the same.
     *
     * @param rowKey the row's key in {@code mask}
     */
    static void drop(long source, long target, int columns, DropoutMask mask, long rowKey) {
        int threshold = mask.threshold();
        float scale = mask.scale();
        IntVector steps = columns();
        int body = Lanes.FLOATS.loopBound(columns);
        int column = 0;
        for (; column < body; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> kept = kept(steps.add(column * CounterRandom.COLUMN_STEP), rowKey, threshold);
            Lanes.store(drop(Lanes.load(source + at), kept, scale), target + at);
        }
        if (column < columns) {
            long at = (long) column * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(column, columns);
            VectorMask<Float> kept = kept(steps.add(column * CounterRandom.COLUMN_STEP), rowKey, threshold);
            Lanes.store(drop(Lanes.load(source + at, tail), kept, scale), target + at, tail);
        }
    }
}
