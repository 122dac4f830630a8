package org.narrowbert.engine.backend.vector;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.ffm.memory.AllMemory;

/**
 * Activation functions and their derivatives over one row. Lane i holds column first + i; rows may begin anywhere; the columns that fill no
 * vector are masked. Each function has a loop of its own: one loop with a choice inside grows so large that the
 * compiler inlines no more and leaves vectors boxed. For the same reason results are stored by the JDK's method, which is always inlined.
 */
final class ActivationRow {
    /** Floats of scratch memory that {@link #differentiate} needs. */
    static final int SCRATCH_FLOATS = 1024;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int MAGNITUDE_BITS = 0x7fff_ffff;
    private static final int TAIL_END_BITS = Float.floatToRawIntBits(VectorMath.TAIL_END);
    private static final float INVERSE_ROOT_TWO_PI = 0.3989422804f;

    /** GELU_NEW's tanh(u) is 2 sigmoid(2 u) - 1, with u = sqrt(2 / pi) (x + 0.044715 x^3): here is 2 sqrt(2 / pi), and that times 0.044715. */
    private static final float NEW_LINEAR = 1.595769122f;

    private static final float NEW_CUBIC = 0.07135481283f;

    private ActivationRow() {}

    /** to = function(from); {@code to} may be {@code from}. */
    static void activate(ActivationFunction function, long from, long to, int columns) {
        switch (function) {
            case GELU -> geluRow(from, to, columns);
            case GELU_NEW -> geluNewRow(from, to, columns);
            case RELU -> reluRow(from, to, columns);
            case SILU -> siluRow(from, to, columns);
            case TANH -> tanhRow(from, to, columns);
        }
    }

    /**
     * to = outputGradient * function'(from); {@code to} may be {@code outputGradient}.
     *
     * @param scratch address of {@link #SCRATCH_FLOATS} floats
     */
    static void differentiate(
            ActivationFunction function, long from, long outputGradient, long to, int columns, long scratch) {
        switch (function) {
            case GELU -> geluSlopeRow(from, outputGradient, to, columns, scratch);
            case GELU_NEW -> geluNewSlopeRow(from, outputGradient, to, columns);
            case RELU -> reluSlopeRow(from, outputGradient, to, columns);
            case SILU -> siluSlopeRow(from, outputGradient, to, columns);
            case TANH -> tanhSlopeRow(from, outputGradient, to, columns);
        }
    }

    private static void geluRow(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            gelu(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            gelu(Lanes.load(from + at, tail)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void geluNewRow(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            geluNew(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            geluNew(Lanes.load(from + at, tail)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void reluRow(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            relu(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            relu(Lanes.load(from + at, tail)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void siluRow(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            silu(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            silu(Lanes.load(from + at, tail)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void tanhRow(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            VectorMath.tanh(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            VectorMath.tanh(Lanes.load(from + at, tail)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    /** In two passes over what fits in scratch memory: one loop with both the distribution and the density is too large, as above. */
    private static void geluSlopeRow(long from, long outputGradient, long to, int columns, long scratch) {
        for (int first = 0; first < columns; first += SCRATCH_FLOATS) {
            int count = Math.min(SCRATCH_FLOATS, columns - first);
            long at = (long) first * Float.BYTES;
            distribute(from + at, scratch, count);
            geluSlopePart(from + at, scratch, outputGradient + at, to + at, count);
        }
    }

    /** to = Phi(from), and anything up to the end of the last vector. */
    private static void distribute(long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            distribution(Lanes.load(from + at)).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            distribution(Lanes.load(from + at, Lanes.tail(whole, columns)))
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
    }

    private static void geluSlopePart(long from, long distribution, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector gradient = Lanes.load(outputGradient + at);
            geluSlope(Lanes.load(from + at), Lanes.load(distribution + at))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            geluSlope(Lanes.load(from + at, tail), Lanes.load(distribution + at))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void geluNewSlopeRow(long from, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector gradient = Lanes.load(outputGradient + at);
            geluNewSlope(Lanes.load(from + at)).mul(gradient).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            geluNewSlope(Lanes.load(from + at, tail))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void reluSlopeRow(long from, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector gradient = Lanes.load(outputGradient + at);
            reluSlope(Lanes.load(from + at)).mul(gradient).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            reluSlope(Lanes.load(from + at, tail))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void siluSlopeRow(long from, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector gradient = Lanes.load(outputGradient + at);
            siluSlope(Lanes.load(from + at)).mul(gradient).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            siluSlope(Lanes.load(from + at, tail))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    private static void tanhSlopeRow(long from, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector gradient = Lanes.load(outputGradient + at);
            tanhSlope(Lanes.load(from + at)).mul(gradient).intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            tanhSlope(Lanes.load(from + at, tail))
                    .mul(gradient)
                    .intoMemorySegment(AllMemory.SEGMENT, to + at, ORDER, tail);
        }
    }

    /** x Phi(x) = max(x, 0) - |x| P(Z > |x|): no cancellation on either side of 0. */
    private static FloatVector gelu(FloatVector x) {
        FloatVector magnitude = magnitude(x);
        FloatVector positive = x.add(magnitude).mul(0.5f);
        return magnitude.neg().fma(tail(x), positive);
    }

    /** Phi(x). */
    private static FloatVector distribution(FloatVector x) {
        FloatVector tail = tail(x);
        return tail.blend(tail.broadcast(1f).sub(tail), x.compare(VectorOperators.GT, 0f));
    }

    /** Phi(x) + x phi(x). */
    private static FloatVector geluSlope(FloatVector x, FloatVector distribution) {
        FloatVector density = VectorMath.exp(x.mul(x).mul(-0.5f)).mul(INVERSE_ROOT_TWO_PI);
        return x.fma(density, distribution);
    }

    /** x (1 + tanh u) / 2 = x sigmoid(2 u). */
    private static FloatVector geluNew(FloatVector x) {
        return x.mul(VectorMath.sigmoid(twoU(x)));
    }

    private static FloatVector geluNewSlope(FloatVector x) {
        FloatVector sigmoid = VectorMath.sigmoid(twoU(x));
        FloatVector slopeOfTwoU = x.mul(x).fma(x.broadcast(3 * NEW_CUBIC), x.broadcast(NEW_LINEAR));
        FloatVector rest = x.broadcast(1f).sub(sigmoid).mul(sigmoid);
        return x.mul(slopeOfTwoU).fma(rest, sigmoid);
    }

    private static FloatVector twoU(FloatVector x) {
        return x.mul(x).fma(x.broadcast(NEW_CUBIC), x.broadcast(NEW_LINEAR)).mul(x);
    }

    private static FloatVector relu(FloatVector x) {
        return x.blend(0, notPositive(x));
    }

    private static FloatVector reluSlope(FloatVector x) {
        return x.broadcast(1f).blend(0, notPositive(x));
    }

    private static VectorMask<Float> notPositive(FloatVector x) {
        return x.compare(VectorOperators.LE, 0f);
    }

    private static FloatVector silu(FloatVector x) {
        return x.mul(VectorMath.sigmoid(x));
    }

    private static FloatVector siluSlope(FloatVector x) {
        FloatVector sigmoid = VectorMath.sigmoid(x);
        FloatVector one = x.broadcast(1f);
        return sigmoid.mul(x.fma(one.sub(sigmoid), one));
    }

    private static FloatVector tanhSlope(FloatVector x) {
        FloatVector tanh = VectorMath.tanh(x);
        return tanh.neg().fma(tanh, x.broadcast(1f));
    }

    /** P(Z > |x|), by integer operations on the bits: floats without a sign are ordered as integers are, and NaN counts as large. */
    private static FloatVector tail(FloatVector x) {
        IntVector bits = x.reinterpretAsInts().and(MAGNITUDE_BITS);
        return VectorMath.normalTail(bits.min(TAIL_END_BITS).reinterpretAsFloats());
    }

    private static FloatVector magnitude(FloatVector x) {
        return x.reinterpretAsInts().and(MAGNITUDE_BITS).reinterpretAsFloats();
    }
}
