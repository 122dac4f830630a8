package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.narrowbert.engine.tensor.ActivationFunction;

/**
 * Activation functions and their derivatives over one row. Lane i holds column first + i; rows may begin anywhere; the columns that fill no
 * vector are masked. Each case of a switch stores its own result, so that no vector crosses a join of control flow, where it might be boxed.
 */
final class ActivationRow {
    private static final int MAGNITUDE_BITS = 0x7fff_ffff;
    private static final int TAIL_END_BITS = Float.floatToRawIntBits(VectorMath.TAIL_END);
    private static final float INVERSE_ROOT_TWO_PI = 0.3989422804f;

    /** GELU_NEW's tanh(u) is 2 sigmoid(2 u) - 1, with u = sqrt(2 / pi) (x + 0.044715 x^3): here is 2 sqrt(2 / pi), and that times 0.044715. */
    private static final float NEW_LINEAR = 1.595769122f;

    private static final float NEW_CUBIC = 0.07135481283f;

    private ActivationRow() {}

    /** to = function(from); {@code to} may be {@code from}. */
    static void activate(ActivationFunction function, long from, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector x = Lanes.load(from + at);
            switch (function) {
                case GELU -> Lanes.store(gelu(x), to + at);
                case GELU_NEW -> Lanes.store(geluNew(x), to + at);
                case RELU -> Lanes.store(relu(x), to + at);
                case SILU -> Lanes.store(silu(x), to + at);
            }
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector x = Lanes.load(from + at, tail);
            switch (function) {
                case GELU -> Lanes.store(gelu(x), to + at, tail);
                case GELU_NEW -> Lanes.store(geluNew(x), to + at, tail);
                case RELU -> Lanes.store(relu(x), to + at, tail);
                case SILU -> Lanes.store(silu(x), to + at, tail);
            }
        }
    }

    /** to = outputGradient * function'(from); {@code to} may be {@code outputGradient}. */
    static void differentiate(ActivationFunction function, long from, long outputGradient, long to, int columns) {
        int whole = Lanes.FLOATS.loopBound(columns);
        for (int column = 0; column < whole; column += Lanes.COUNT) {
            long at = (long) column * Float.BYTES;
            FloatVector x = Lanes.load(from + at);
            FloatVector gradient = Lanes.load(outputGradient + at);
            switch (function) {
                case GELU -> Lanes.store(geluSlope(x).mul(gradient), to + at);
                case GELU_NEW -> Lanes.store(geluNewSlope(x).mul(gradient), to + at);
                case RELU -> Lanes.store(gradient.blend(0, notPositive(x)), to + at);
                case SILU -> Lanes.store(siluSlope(x).mul(gradient), to + at);
            }
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> tail = Lanes.tail(whole, columns);
            FloatVector x = Lanes.load(from + at, tail);
            FloatVector gradient = Lanes.load(outputGradient + at, tail);
            switch (function) {
                case GELU -> Lanes.store(geluSlope(x).mul(gradient), to + at, tail);
                case GELU_NEW -> Lanes.store(geluNewSlope(x).mul(gradient), to + at, tail);
                case RELU -> Lanes.store(gradient.blend(0, notPositive(x)), to + at, tail);
                case SILU -> Lanes.store(siluSlope(x).mul(gradient), to + at, tail);
            }
        }
    }

    /** x Phi(x) = max(x, 0) - |x| P(Z > |x|): no cancellation on either side of 0. */
    private static FloatVector gelu(FloatVector x) {
        FloatVector magnitude = magnitude(x);
        FloatVector positive = x.add(magnitude).mul(0.5f);
        return magnitude.neg().fma(tail(x), positive);
    }

    /** Phi(x) + x phi(x). */
    private static FloatVector geluSlope(FloatVector x) {
        FloatVector tail = tail(x);
        FloatVector distribution = tail.blend(tail.broadcast(1f).sub(tail), x.compare(VectorOperators.GT, 0f));
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

    /** P(Z > |x|), by integer operations on the bits: floats without a sign are ordered as integers are, and NaN counts as large. */
    private static FloatVector tail(FloatVector x) {
        IntVector bits = x.reinterpretAsInts().and(MAGNITUDE_BITS);
        return VectorMath.normalTail(bits.min(TAIL_END_BITS).reinterpretAsFloats());
    }

    private static FloatVector magnitude(FloatVector x) {
        return x.reinterpretAsInts().and(MAGNITUDE_BITS).reinterpretAsFloats();
    }
}
