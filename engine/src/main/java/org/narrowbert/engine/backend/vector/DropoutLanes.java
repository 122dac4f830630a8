package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.INTS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.engine.random.DropoutMask;

/** Dropout of one row, a vector of columns at a time, by exactly the bits of {@link CounterRandom#bits}. */
final class DropoutLanes {
    private DropoutLanes() {}

    /** Bytes of the table of some columns: whole vectors. */
    static long tableBytes(int columns) {
        return ((long) columns * Integer.BYTES + 63) & -64;
    }

    /** Writes one column's entry of a table: what the random bits take of the column before they look at the row. */
    static void setColumn(long table, int index, int column) {
        MEMORY.set(ValueLayout.JAVA_INT, table + (long) index * Integer.BYTES, column * CounterRandom.COLUMN_STEP);
    }

    /** Writes the table of the columns 0 to {@code count} - 1. */
    static void setColumns(long table, int count) {
        for (int column = 0; column < count; column++) {
            setColumn(table, column, column);
        }
    }

    /**
     * target = source * scale where the mask keeps a column, else 0. Lane i holds column first + i; the columns that fill no vector go one by one.
     *
     * @param source address of the row
     * @param target address of the result; may be the source
     * @param table address of the columns' table
     * @param mask only its threshold counts
     * @param rowKey the row's key
     * @param scale the mask's, or 1 where the caller scales later
     */
    static void drop(long source, long target, int count, long table, DropoutMask mask, long rowKey, float scale) {
        int threshold = mask.threshold();
        int low = (int) rowKey;
        int high = (int) (rowKey >>> 32);
        int whole = FLOATS.loopBound(count);
        for (int column = 0; column < whole; column += COUNT) {
            long at = (long) column * Float.BYTES;
            IntVector x =
                    IntVector.fromMemorySegment(INTS, MEMORY, table + at, ORDER).add(low);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16))
                    .mul(CounterRandom.MIX_1);
            x = x.lanewise(VectorOperators.XOR, high);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15))
                    .mul(CounterRandom.MIX_2);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
            x = x.lanewise(VectorOperators.LSHR, 8);
            FloatVector scaled = FloatVector.fromMemorySegment(FLOATS, MEMORY, source + at, ORDER)
                    .mul(scale);
            FloatVector.zero(FLOATS)
                    .blend(scaled, x.compare(VectorOperators.GE, threshold).cast(FLOATS))
                    .intoMemorySegment(MEMORY, target + at, ORDER);
        }
        for (int column = whole; column < count; column++) {
            long at = (long) column * Float.BYTES;
            int step = MEMORY.get(ValueLayout.JAVA_INT, table + at);
            float scaled = MEMORY.get(Lanes.FLOAT, source + at) * scale;
            MEMORY.set(Lanes.FLOAT, target + at, keeps(step, rowKey, threshold) ? scaled : 0);
        }
    }

    /** {@link CounterRandom#bits} from the column's entry in the table on: that entry is the number of the column at a step of 1. */
    private static boolean keeps(int step, long rowKey, int threshold) {
        int x = step + (int) rowKey;
        x = (x ^ x >>> 16) * CounterRandom.MIX_1;
        x ^= (int) (rowKey >>> 32);
        x = (x ^ x >>> 15) * CounterRandom.MIX_2;
        return (x ^ x >>> 16) >>> 8 >= threshold;
    }
}
