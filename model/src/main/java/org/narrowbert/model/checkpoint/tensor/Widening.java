package org.narrowbert.model.checkpoint.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Floating point values as files store them, little-endian and of four types, made float32. */
public final class Widening {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private Widening() {}

    /** Whether values of a type can be made float32. */
    public static boolean takes(Dtype dtype) {
        return switch (dtype) {
            case F32, F16, BF16, F64 -> true;
            case BOOL, U8, I8, U16, I16, U32, I32, U64, I64 -> false;
        };
    }

    /**
     * Widens or rounds values.
     *
     * @param dtype their type, one that is taken
     * @param stored the values as in the file
     * @param target as many float32 values in native order
     */
    static void toFloats(Dtype dtype, MemorySegment stored, MemorySegment target) {
        long count = target.byteSize() / Float.BYTES;
        switch (dtype) {
            case F32 -> {
                for (long i = 0; i < count; i++) {
                    target.setAtIndex(FLOAT, i, Float.intBitsToFloat(stored.getAtIndex(INT, i)));
                }
            }
            case F16 -> {
                for (long i = 0; i < count; i++) {
                    target.setAtIndex(FLOAT, i, Float.float16ToFloat(stored.getAtIndex(SHORT, i)));
                }
            }
            case BF16 -> {
                for (long i = 0; i < count; i++) {
                    target.setAtIndex(FLOAT, i, Float.intBitsToFloat(stored.getAtIndex(SHORT, i) << 16));
                }
            }
            case F64 -> {
                for (long i = 0; i < count; i++) {
                    target.setAtIndex(FLOAT, i, (float) stored.getAtIndex(DOUBLE, i));
                }
            }
            case BOOL, U8, I8, U16, I16, U32, I32, U64, I64 ->
                throw new IllegalArgumentException(dtype + " is not a float");
        }
    }
}
