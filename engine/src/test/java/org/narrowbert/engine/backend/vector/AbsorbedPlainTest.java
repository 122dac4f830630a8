package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.StatesVersion;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.engine.threads.FixedPool;

class AbsorbedPlainTest {
    /** Short and long of a depth block, which sums are cut at. */
    private static final int[] LENGTHS = {1, 7, 8, 33, 767, 769};

    private static final long MOST_FLOATS = 4L << 20;

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void plainLoopsGiveTheKernelsBits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int sequences = 1 + random.nextInt(4);
        int[] lengths = IntStream.range(0, sequences)
                .map(each -> LENGTHS[random.nextInt(LENGTHS.length)])
                .toArray();
        int[] narrow = IntStream.range(0, sequences)
                .map(each -> random.nextInt(Math.min(lengths[each], 4) + 1))
                .toArray();
        int[] projected = IntStream.range(0, sequences)
                .map(each -> random.nextInt(4) == 0 ? lengths[each] : 0)
                .toArray();
        int heads = 1 + random.nextInt(3);
        int hidden = heads * (1 + random.nextInt(40));
        int columns = random.nextBoolean() ? hidden : 768 + random.nextInt(100);
        DropoutMask dropout = random.nextBoolean() ? new DropoutMask(0.25f, seed, 3) : DropoutMask.NONE;
        int bits = random.nextBoolean() ? 128 : VectorWidth.bits();
        try (FixedPool pool = FixedPool.open(1 + random.nextInt(3));
                Buffer floats = Buffer.open(ElementType.FLOAT32, MOST_FLOATS);
                Warming cold = Warming.ofFloat32(bits);
                Warming warm = Warming.ofFloat32(bits);
                AbsorbedAttentionKernels plain = new AbsorbedAttentionKernels(pool, bits, cold);
                AbsorbedAttentionKernels kernels = new AbsorbedAttentionKernels(pool, bits, warm)) {
            warm.useKernels();
            RandomMatrices matrices = new RandomMatrices(floats, random);
            Rows queries = rows(narrow);
            Rows tokens = rows(lengths);
            AbsorbedAttention on = new AbsorbedAttention(
                    matrices.next(queries.count(), hidden),
                    queries,
                    matrices.next(tokens.count(), columns),
                    StatesVersion.unknown(),
                    tokens,
                    rows(projected),
                    matrices.next(hidden, columns),
                    matrices.next(hidden, columns),
                    matrices.next(1, hidden),
                    heads,
                    dropout,
                    matrices.next(queries.count(), heads),
                    matrices.next(queries.count(), hidden));
            plain.attention(on);
            float[] output = on.output().toArray();
            float[] logSumExp = on.logSumExp().toArray();
            kernels.attention(on);
            assertThat(output).isEqualTo(on.output().toArray());
            assertThat(logSumExp).isEqualTo(on.logSumExp().toArray());
        }
    }

    /** All tokens of sequences of these lengths, or the first rows of longer ones: what dropout sees of a narrow row is its number. */
    static Rows rows(int[] lengths) {
        int[] offsets = new int[lengths.length + 1];
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            offsets[sequence + 1] = offsets[sequence] + lengths[sequence];
        }
        int[] numbers = IntStream.range(0, offsets[lengths.length]).toArray();
        return Rows.of(lengths.length, offsets, numbers);
    }
}
