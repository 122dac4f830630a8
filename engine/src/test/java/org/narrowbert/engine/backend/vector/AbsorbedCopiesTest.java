package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    private static final int HIDDEN = 2 * 24;

    private final FixedPool pool = FixedPool.open(2);

    @AfterEach
    void endTheThreads() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void layersOfOnePassShareTheStatesThatTheyRead(int narrow) {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels fresh = kernels();
                AbsorbedAttentionKernels sharing = kernels()) {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void weightsThatWereAnnouncedAreCopiedOnceAndGiveTheSameBits(int narrow) {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels kernels = kernels()) {
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
            try (AbsorbedAttentionKernels fresh = kernels()) {
                assertThat(changed)
                        .usingRecursiveComparison()
                        .isEqualTo(layers.bothWays(fresh, StatesVersion::unknown));
            }
        }
    }

    @Test
    void aBatchOfMoreSequencesTakesTheirStatesAnew() {
        try (Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                AbsorbedAttentionKernels fresh = kernels();
                AbsorbedAttentionKernels grown = kernels()) {
            RandomMatrices matrices = new RandomMatrices(floats, new SplittableRandom(7));
            new Layers(matrices, 1, 9).bothWays(grown, () -> new StatesVersion(1, "states"));
            Layers larger = new Layers(matrices, 2, 30, 5, 17);
            assertThat(larger.bothWays(grown, () -> new StatesVersion(2, "states")))
                    .usingRecursiveComparison()
                    .isEqualTo(larger.bothWays(fresh, StatesVersion::unknown));
        }
    }

    private AbsorbedAttentionKernels kernels() {
        Warming warming = Warming.ofFloat32(VectorWidth.bits());
        warming.useKernels();
        return new AbsorbedAttentionKernels(pool, VectorWidth.bits(), warming);
    }

    /** Two narrow layers on the same states. */
    private static final class Layers {
        private final Rows queries;
        private final Rows tokens;
        private final Matrix source;
        private final List<Matrix> weights;
        private final Matrix bias;
        private final Matrix query;
        private final RandomMatrices matrices;

        Layers(RandomMatrices matrices, int narrow) {
            this(matrices, narrow, 33, 20);
        }

        Layers(RandomMatrices matrices, int narrow, int... lengths) {
            this.matrices = matrices;
            queries = AbsorbedPlainTest.rows(IntStream.of(lengths)
                    .map(length -> Math.min(narrow, length))
                    .toArray());
            tokens = AbsorbedPlainTest.rows(lengths);
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

        private List<float[]> bothWays(
                AbsorbedAttentionKernels kernels, StatesVersion version, Matrix keyWeight, Matrix valueWeight) {
            AbsorbedAttention on = new AbsorbedAttention(
                    query,
                    queries,
                    source,
                    version,
                    tokens,
                    AbsorbedPlainTest.rows(new int[tokens.sequences()]),
                    keyWeight,
                    valueWeight,
                    bias,
                    HEADS,
                    DropoutMask.NONE,
                    matrices.next(queries.count(), HEADS),
                    matrices.next(queries.count(), HIDDEN));
            kernels.attention(on);
            AbsorbedAttention.Gradients to = new AbsorbedAttention.Gradients(
                    query,
                    matrices.next(queries.count(), HEADS),
                    new Target(matrices.next(queries.count(), HIDDEN), false),
                    new Target(matrices.next(tokens.count(), HIDDEN), false),
                    new Target(matrices.next(HIDDEN, HIDDEN), false),
                    new Target(matrices.next(HIDDEN, HIDDEN), false),
                    new Target(matrices.next(1, HIDDEN), false));
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
