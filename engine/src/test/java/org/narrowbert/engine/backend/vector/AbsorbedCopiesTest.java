package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.backend.StatesVersion;
import org.narrowbert.engine.backend.Target;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

/** Absorbed attention reads copies of states and weights that it made in earlier calls; what it computes must not show it. */
class AbsorbedCopiesTest {
    private static final int MOST_FLOATS = 1 << 20;
    private static final int HEADS = 2;
    private static final int HIDDEN = 2 * 25;

    private final FixedPool pool = FixedPool.open(2);

    static Stream<Arguments> narrowRowsAndWidths() {
        return IntStream.of(1, 3, 20)
                .boxed()
                .flatMap(narrow -> LinearKernelsTest.widths().mapToObj(bits -> Arguments.of(narrow, bits)));
    }

    @AfterEach
    void endTheThreads() {
        pool.close();
    }

    @ParameterizedTest
    @MethodSource("narrowRowsAndWidths")
    void layersOfOnePassShareTheStatesThatTheyRead(int narrow, int bits) {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels fresh = kernels(bits);
                AbsorbedAttentionKernels sharing = kernels(bits)) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(narrow));
            Layers layers = new Layers(matrices, narrow);
            StatesVersion pass = new StatesVersion("first pass", "states");
            layers.bothWays(sharing, () -> pass);
            matrices.fill(layers.source);
            StatesVersion next = new StatesVersion("second pass", "states");
            List<float[]> shared = layers.bothWays(sharing, () -> next);
            List<float[]> alone = layers.bothWays(fresh, StatesVersion::unknown);
            assertThat(shared).usingRecursiveComparison().isEqualTo(alone);
            assertThat(sharing.workspaceBytes()).isEqualTo(fresh.workspaceBytes());
        }
    }

    @Test
    void statesAreLookedAtOncePerVersion() {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels kernels = kernels(VectorWidth.bits())) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(3));
            Layers layers = new Layers(matrices, 20);
            StatesVersion pass = new StatesVersion("pass", "states");
            List<float[]> before = layers.bothWays(kernels, () -> pass);
            matrices.fill(layers.source); // against the promise: who keeps copies does not see it
            assertThat(layers.bothWays(kernels, () -> pass))
                    .usingRecursiveComparison()
                    .isEqualTo(before);
        }
    }

    @Test
    void otherSequencesUnderAnOldVersionAreTakenAnew() {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels fresh = kernels(VectorWidth.bits());
                AbsorbedAttentionKernels kernels = kernels(VectorWidth.bits())) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(5));
            StatesVersion pass = new StatesVersion("pass", "states");
            new Layers(matrices, 1, 12, 9).bothWays(kernels, () -> pass);
            Layers others = new Layers(matrices, 20, 33, 31);
            assertThat(others.bothWays(kernels, () -> pass))
                    .usingRecursiveComparison()
                    .isEqualTo(others.bothWays(fresh, StatesVersion::unknown));
        }
    }

    @ParameterizedTest
    @MethodSource("narrowRowsAndWidths")
    void weightsThatWereAnnouncedAreCopiedOnceAndGiveTheSameBits(int narrow, int bits) {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels kernels = kernels(bits)) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(narrow));
            Layers layers = new Layers(matrices, narrow);
            List<float[]> packedInEachCall = layers.bothWays(kernels, StatesVersion::unknown);
            try (PackedWeights kept = kernels.keepPacked(layers.weights)) {
                assertThat(kept.bytes()).isZero();
                assertThat(layers.bothWays(kernels, StatesVersion::unknown))
                        .usingRecursiveComparison()
                        .isEqualTo(packedInEachCall);
                long bytes = kept.bytes();
                assertThat(bytes).isPositive();
                layers.bothWays(kernels, StatesVersion::unknown);
                assertThat(kept.bytes()).isEqualTo(bytes);
            }
            layers.weights.forEach(matrices::fill);
            List<float[]> changed = layers.bothWays(kernels, StatesVersion::unknown);
            try (AbsorbedAttentionKernels fresh = kernels(bits)) {
                assertThat(changed)
                        .usingRecursiveComparison()
                        .isEqualTo(layers.bothWays(fresh, StatesVersion::unknown));
            }
        }
    }

    @Test
    void aBatchOfMoreSequencesTakesTheirStatesAnew() {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels fresh = kernels(VectorWidth.bits());
                AbsorbedAttentionKernels grown = kernels(VectorWidth.bits())) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(7));
            new Layers(matrices, 1, 9).bothWays(grown, () -> new StatesVersion(1, "states"));
            Layers larger = new Layers(matrices, 2, 30, 5, 17);
            assertThat(larger.bothWays(grown, () -> new StatesVersion(2, "states")))
                    .usingRecursiveComparison()
                    .isEqualTo(larger.bothWays(fresh, StatesVersion::unknown));
        }
    }

    private AbsorbedAttentionKernels kernels(int bits) {
        Warming warming = Warming.ofFloat32(bits);
        warming.useKernels();
        return new AbsorbedAttentionKernels(pool, bits, warming);
    }

    /** Two narrow layers on the same states. */
    private static final class Layers {
        private final Rows queries;
        private final Rows tokens;
        private final int[] projected;
        private final Matrix source;
        private final List<Matrix> weights;
        private final Matrix bias;
        private final Matrix query;
        private final RandomMatrices matrices;

        Layers(RandomMatrices matrices, int narrow) {
            this(matrices, narrow, 33, 20, 0, 18);
        }

        Layers(RandomMatrices matrices, int narrow, int... lengths) {
            this.matrices = matrices;
            queries = AbsorbedPlainTest.rows(IntStream.of(lengths)
                    .map(length -> Math.min(narrow, length))
                    .toArray());
            tokens = AbsorbedPlainTest.rows(lengths);
            projected = new int[lengths.length];
            projected[lengths.length - 1] = lengths.length > 2 ? lengths[lengths.length - 1] : 0;
            source = matrices.next(tokens.count(), HIDDEN);
            weights = IntStream.range(0, 4)
                    .mapToObj(each -> matrices.next(HIDDEN, HIDDEN))
                    .toList();
            bias = matrices.next(1, HIDDEN);
            query = matrices.next(queries.count(), HIDDEN);
        }

        /** All results of both layers, forward and backward. */
        List<float[]> bothWays(AbsorbedAttentionKernels kernels, Supplier<StatesVersion> version) {
            return IntStream.range(0, 2)
                    .mapToObj(layer ->
                            bothWays(kernels, version.get(), weights.get(2 * layer), weights.get(2 * layer + 1)))
                    .flatMap(List::stream)
                    .toList();
        }

        private Matrix zeros(int rows, int columns) {
            Matrix zeros = matrices.next(rows, columns);
            zeros.fill(0);
            return zeros;
        }

        private List<float[]> bothWays(
                AbsorbedAttentionKernels kernels, StatesVersion version, Matrix keyWeight, Matrix valueWeight) {
            AbsorbedAttention on = new AbsorbedAttention(
                    query,
                    queries,
                    source,
                    version,
                    tokens,
                    AbsorbedPlainTest.rows(projected),
                    keyWeight,
                    valueWeight,
                    bias,
                    HEADS,
                    DropoutMask.NONE,
                    zeros(queries.count(), HEADS),
                    zeros(queries.count(), HIDDEN));
            kernels.attention(on);
            AbsorbedAttention.Gradients to = new AbsorbedAttention.Gradients(
                    query,
                    zeros(queries.count(), HEADS),
                    new Target(zeros(queries.count(), HIDDEN), false),
                    new Target(zeros(tokens.count(), HIDDEN), false),
                    new Target(zeros(HIDDEN, HIDDEN), false),
                    new Target(zeros(HIDDEN, HIDDEN), false),
                    new Target(zeros(1, HIDDEN), false));
            kernels.gradient(on, to);
            return List.of(
                    on.output().toArray(),
                    on.logSumExp().toArray(),
                    to.query().matrix().toArray(),
                    to.source().matrix().toArray(),
                    to.keyWeight().matrix().toArray(),
                    to.valueWeight().matrix().toArray(),
                    to.valueBias().matrix().toArray());
        }
    }
}
