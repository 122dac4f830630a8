package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorMathTest {
    /** A rounding of the last place is 6e-8; scaling and the last step of the polynomial make at most two. */
    private static final double EXP = 1.2e-7;

    private static final double SIGMOID = 3e-7;

    private static final double TANH = 3e-7;

    /** The logarithm of the smallest tails is -25, where half a place of it is 9.5e-7 * ln 2 of the tail; it is summed from terms as large. */
    private static final double TAIL = 4e-6;

    /** The same where most activations lie: the logarithm is -5 at most. */
    private static final double TAIL_TO_TWO = 5e-7;

    static Stream<VectorSpecies<Float>> species() {
        return Stream.of(FloatVector.SPECIES_128, FloatVector.SPECIES_256, FloatVector.SPECIES_512);
    }

    @ParameterizedTest
    @MethodSource("species")
    void theExponentialIsRightToTheLastPlaces(VectorSpecies<Float> species) {
        compare(species, -87, 88.37, EXP, VectorMath::exp, Math::exp);
        compare(species, -1, 1, EXP, VectorMath::exp, Math::exp);
        assertThat(of(species, 0, VectorMath::exp)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("species")
    void theExponentialStaysAtItsEndsBeyondThem(VectorSpecies<Float> species) {
        assertThat(of(species, Float.NEGATIVE_INFINITY, VectorMath::exp)).isBetween(0f, 2e-38f);
        assertThat(of(species, -1e30f, VectorMath::exp)).isBetween(0f, 2e-38f);
        assertThat(of(species, Float.POSITIVE_INFINITY, VectorMath::exp)).isBetween(2e38f, Float.MAX_VALUE);
        assertThat(of(species, Float.NaN, VectorMath::exp)).isNaN();
        assertThat(of(species, Float.intBitsToFloat(0xffc0_0001), VectorMath::exp))
                .isNaN();
    }

    @ParameterizedTest
    @MethodSource("species")
    void theSigmoidIsRightToTheLastPlaces(VectorSpecies<Float> species) {
        compare(species, -87, 87, SIGMOID, VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)));
        assertThat(of(species, Float.NaN, VectorMath::sigmoid)).isNaN();
    }

    @ParameterizedTest
    @MethodSource("species")
    void theHyperbolicTangentKeepsItsPlacesWhereItIsSmallAndItsSign(VectorSpecies<Float> species) {
        compare(species, 1e-30, 1e-3, TANH, VectorMath::tanh, Math::tanh);
        compare(species, 0, 100, TANH, VectorMath::tanh, Math::tanh);
        compare(species, 0.59, 0.61, TANH, VectorMath::tanh, Math::tanh);
        for (float x : new float[] {1e-20f, 0.3f, 0.6f, 7, 1e30f, Float.POSITIVE_INFINITY}) {
            assertThat(of(species, -x, VectorMath::tanh)).isEqualTo(-of(species, x, VectorMath::tanh));
        }
        assertThat(of(species, Float.NEGATIVE_INFINITY, VectorMath::tanh)).isEqualTo(-1);
        assertThat(of(species, Float.NaN, VectorMath::tanh)).isNaN();
    }

    @ParameterizedTest
    @MethodSource("species")
    void theNormalTailKeepsItsPlacesWhereItIsSmall(VectorSpecies<Float> species) {
        compare(species, 0, 2, TAIL_TO_TWO, VectorMath::normalTail, VectorMathTest::normalTail);
        compare(species, 0, VectorMath.TAIL_END, TAIL, VectorMath::normalTail, VectorMathTest::normalTail);
        assertThat(of(species, 0, VectorMath::normalTail)).isCloseTo(0.5f, within(6e-8f));
    }

    /** P(Z > t) by Simpson's rule over the density, from t to where nothing is left of it. */
    static double normalTail(double t) {
        int steps = 400;
        double width = 10.0 / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double z = t + i * width;
            int weight = i == 0 || i == steps ? 1 : 2 + 2 * (i % 2);
            sum += weight * Math.exp(-z * z / 2);
        }
        return sum * width / 3 / Math.sqrt(2 * Math.PI);
    }

    private static float of(VectorSpecies<Float> species, float x, UnaryOperator<FloatVector> function) {
        return function.apply(FloatVector.broadcast(species, x)).lane(species.length() - 1);
    }

    private static void compare(
            VectorSpecies<Float> species,
            double from,
            double to,
            double tolerance,
            UnaryOperator<FloatVector> function,
            DoubleUnaryOperator truth) {
        int points = 4000;
        float[] arguments = new float[points];
        float[] values = new float[points];
        for (int i = 0; i < points; i++) {
            arguments[i] = (float) (from + (to - from) * i / (points - 1));
        }
        for (int i = 0; i < points; i += species.length()) {
            function.apply(FloatVector.fromArray(species, arguments, i)).intoArray(values, i);
        }
        for (int i = 0; i < points; i++) {
            double right = truth.applyAsDouble(arguments[i]);
            assertThat((double) values[i]).as("at %s", arguments[i]).isCloseTo(right, within(tolerance * right));
        }
    }
}
