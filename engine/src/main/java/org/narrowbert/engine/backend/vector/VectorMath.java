package org.narrowbert.engine.backend.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Transcendental functions of every lane of a vector of any width, by polynomials, without branches.
 *
 * <p>A vector's species is a constant wherever these methods are inlined into a kernel whose species is one: then nothing is boxed. They
 * call no methods of ours, since the compiler inlines those of the JDK always, but no others once a method has grown large. A lane that is
 * not a number stays so, as a run that diverges must be seen to diverge.
 */
final class VectorMath {
    /** Adding 1.5 * 2^23 rounds to the nearest integer, and leaves that integer in the low bits of the sum. */
    private static final float ROUND = 0x1.8p23f;

    private static final float LOG2_E = 1.44269504f;

    /** The natural logarithm of 2 in two parts: the first has so few bits that its product with an exponent is exact. */
    private static final float LN_2_HIGH = 0.693359375f;

    private static final float LN_2_LOW = -2.12194440e-4f;

    /** Below, e^x would need a denormal result. */
    private static final float EXP_LOWEST = -87f;

    /** Above, 2 to the rounded exponent is more than a float holds. */
    private static final float EXP_HIGHEST = 88.37f;

    /** The end of {@link #normalTail}'s range; the tail is 1.9e-8 there. */
    static final float TAIL_END = 5.5f;

    /** Below this magnitude tanh is a polynomial, whose places do not cancel. */
    private static final float TANH_SMALL = 0.6f;

    private static final int MAGNITUDE_BITS = 0x7fff_ffff;

    private static final int SIGN_BIT = 0x8000_0000;

    private static final int ONE_BITS = 0x3f80_0000;

    private VectorMath() {}

    /**
     * e^x, relative error below 1.2e-7; exactly 1 at 0. Arguments below -87 count as -87 (1.6e-38) and above 88.37 as 88.37 (2.4e38), infinities
     * too.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector low = x.broadcast(EXP_LOWEST);
        FloatVector high = x.broadcast(EXP_HIGHEST);
        FloatVector notTooLow = x.blend(low, x.compare(VectorOperators.LT, low));
        FloatVector bounded = notTooLow.blend(high, notTooLow.compare(VectorOperators.GT, high));
        FloatVector rounded = bounded.fma(x.broadcast(LOG2_E), x.broadcast(ROUND));
        FloatVector exponent = rounded.sub(ROUND);
        FloatVector r = exponent.fma(x.broadcast(-LN_2_HIGH), bounded);
        r = exponent.fma(x.broadcast(-LN_2_LOW), r);
        // e^r for |r| <= ln(2) / 2: minimax, relative error 2e-9 before rounding.
        FloatVector p = r.fma(x.broadcast(1.3836924e-3f), x.broadcast(8.3748147e-3f));
        p = p.fma(r, x.broadcast(4.1668222e-2f));
        p = p.fma(r, x.broadcast(1.6666420e-1f));
        p = p.fma(r, x.broadcast(4.9999989e-1f));
        p = p.fma(r, x.broadcast(1f));
        p = p.fma(r, x.broadcast(1f));
        IntVector exponentBits =
                rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23); // drops all but the integer
        return p.mul(exponentBits.add(ONE_BITS).reinterpretAsFloats());
    }

    /** 1 / (1 + e^-x), relative error below 3e-7; nowhere 0. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector one = x.broadcast(1f);
        return one.div(exp(x.neg()).add(one));
    }

    /** tanh(x), relative error below 3e-7. */
    static FloatVector tanh(FloatVector x) {
        // tanh(x) / x for |x| < 0.6, in x^2: interpolated at Chebyshev's nodes, relative error 1.5e-8 before rounding.
        FloatVector square = x.mul(x);
        FloatVector p = square.fma(x.broadcast(-6.26911968e-3f), x.broadcast(2.11109594e-2f));
        p = p.fma(square, x.broadcast(-5.38739488e-2f));
        p = p.fma(square, x.broadcast(1.33329153e-1f));
        p = p.fma(square, x.broadcast(-3.33333313e-1f));
        FloatVector small = p.mul(square).fma(x, x);
        // Elsewhere 1 - 2 / (1 + e^2|x|), with the sign of x.
        FloatVector magnitude = x.reinterpretAsInts().and(MAGNITUDE_BITS).reinterpretAsFloats();
        FloatVector one = x.broadcast(1f);
        FloatVector large =
                one.sub(x.broadcast(2f).div(exp(magnitude.add(magnitude)).add(one)));
        IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
        return large.reinterpretAsInts()
                .or(sign)
                .reinterpretAsFloats()
                .blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
    }

    /**
     * The probability that a standard normal variable exceeds {@code t}, relative error below 4e-6 (5e-7 up to 2): 1 - Phi(t), or (1 - erf(t / sqrt 2)) / 2
     * without its cancellation.
     *
     * @param t 0 to {@link #TAIL_END}
     */
    static FloatVector normalTail(FloatVector t) {
        // The tail's binary logarithm is smooth: degree 11, each coefficient fitted
        // after the higher ones were rounded to floats, error 1.4e-7 before the steps round.
        FloatVector y = t.fma(t.broadcast(2.75103651e-9f), t.broadcast(-1.004718797e-7f));
        y = y.fma(t, t.broadcast(1.634801265e-6f));
        y = y.fma(t, t.broadcast(-1.548240834e-5f));
        y = y.fma(t, t.broadcast(9.162195784e-5f));
        y = y.fma(t, t.broadcast(-3.087832883e-4f));
        y = y.fma(t, t.broadcast(2.856374158e-5f));
        y = y.fma(t, t.broadcast(6.939382758e-3f));
        y = y.fma(t, t.broadcast(-5.244977400e-2f));
        y = y.fma(t, t.broadcast(-4.592146277e-1f));
        y = y.fma(t, t.broadcast(-1.151105285f));
        y = y.fma(t, t.broadcast(-0.9999998808f));
        FloatVector rounded = y.add(ROUND);
        FloatVector r = y.sub(rounded.sub(ROUND));
        // 2^r for |r| <= 1/2: minimax, relative error 2e-9 before rounding.
        FloatVector p = r.fma(t.broadcast(1.53458121613e-4f), t.broadcast(1.33999311772e-3f));
        p = p.fma(r, t.broadcast(9.61848895633e-3f));
        p = p.fma(r, t.broadcast(5.55032877711e-2f));
        p = p.fma(r, t.broadcast(2.40226468906e-1f));
        p = p.fma(r, t.broadcast(6.93147205737e-1f));
        p = p.fma(r, t.broadcast(1f));
        IntVector exponentBits =
                rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23); // drops all but the integer
        return p.mul(exponentBits.add(ONE_BITS).reinterpretAsFloats());
    }
}
