package org.narrowbert.engine.session;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.backend.StatesVersion;
import org.narrowbert.engine.backend.Target;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * Measures the cost model's rates on this machine, forward and backward together, at the sizes of BERT-base and 8 sequences of 128 tokens, with
 * as many narrow rows as make both forms of narrow attention about equally quick.
 */
public final class Calibration implements AutoCloseable {
    private static final int SEQUENCES = 8;
    private static final int TOKENS = 128;
    private static final int NARROW = 32;
    private static final int HEADS = 12;
    private static final int HIDDEN = 64 * HEADS;
    private static final int INNER = 4 * HIDDEN;
    private static final int ALL = SEQUENCES * TOKENS;

    /** 256 MiB: several times what caches hold. */
    private static final int FAR_ROWS = 1 << 10;

    private static final int FAR_COLUMNS = 1 << 16;
    private static final int LEAST_ROUNDS = 5;

    private final Backend backend;
    private final Kernels kernels;
    private final long warmUpNanos;
    private final long measuredNanos;
    private final Rows tokens = rows(TOKENS);
    private final Rows narrow = rows(NARROW);
    private final Buffer buffer;
    private long used;

    /**
     * Allocates matrices.
     *
     * @param backend remains the caller's
     * @param seconds that each of the four is warmed up, and then measured, for the compiler's sake; 0 for tests
     */
    public Calibration(Backend backend, double seconds) {
        this.backend = backend;
        kernels = backend.kernels();
        warmUpNanos = (long) (2e9 * seconds);
        measuredNanos = (long) (1e9 * seconds);
        buffer = backend.allocate((long) FAR_ROWS * FAR_COLUMNS);
    }

    /** Measures all four rates. */
    public CostModel measure() {
        return new CostModel(products(), attention(), absorbed(), memory());
    }

    /** A layer's product, and those of its gradients. */
    private double products() {
        used = 0;
        Matrix input = matrix(ALL, HIDDEN);
        Matrix weight = matrix(INNER, HIDDEN);
        Matrix bias = matrix(1, INNER);
        Matrix output = matrix(ALL, INNER);
        Matrix gradient = matrix(ALL, HIDDEN);
        Matrix weightGradient = matrix(INNER, HIDDEN);
        return gigaflops(3 * 2.0 * ALL * HIDDEN * INNER, () -> {
            kernels.linear(input, weight, bias, output);
            kernels.linearInputGradient(output, weight, gradient, false);
            kernels.linearWeightGradient(input, output, weightGradient, false);
        });
    }

    /** Attention of all tokens, two products forward and five backward. */
    private double attention() {
        used = 0;
        Matrix[] all = matrices(8, ALL, HIDDEN);
        Matrix logSumExp = matrix(ALL, HEADS);
        Matrix delta = matrix(ALL, HEADS);
        double pairs = (double) SEQUENCES * TOKENS * TOKENS;
        return gigaflops(7 * 2.0 * pairs * HIDDEN, () -> {
            kernels.attention(all[0], tokens, all[1], all[2], tokens, HEADS, DropoutMask.NONE, logSumExp, all[3]);
            kernels.attentionGradient(
                    all[0],
                    tokens,
                    all[1],
                    all[2],
                    tokens,
                    HEADS,
                    DropoutMask.NONE,
                    logSumExp,
                    all[3],
                    all[4],
                    delta,
                    all[5],
                    false,
                    all[6],
                    false,
                    all[7],
                    false);
        });
    }

    /** Absorbed attention: seven products with a weight and eight over pairs of a head's narrow row and a token. */
    private double absorbed() {
        used = 0;
        int count = narrow.count();
        Matrix[] all = matrices(2, ALL, HIDDEN);
        Matrix[] few = matrices(4, count, HIDDEN);
        Matrix[] weights = matrices(4, HIDDEN, HIDDEN);
        Matrix[] biases = matrices(2, 1, HIDDEN);
        Matrix[] ofHeads = matrices(2, count, HEADS);
        AbsorbedAttention on = new AbsorbedAttention(
                few[0],
                narrow,
                all[0],
                StatesVersion.unknown(),
                tokens,
                Rows.of(SEQUENCES, new int[SEQUENCES + 1], new int[0]),
                weights[0],
                weights[1],
                biases[0],
                HEADS,
                DropoutMask.NONE,
                ofHeads[0],
                few[1]);
        AbsorbedAttention.Gradients to = new AbsorbedAttention.Gradients(
                few[2],
                ofHeads[1],
                new Target(few[3], false),
                new Target(all[1], false),
                new Target(weights[2], false),
                new Target(weights[3], false),
                new Target(biases[1], false));
        double maps = 7.0 * count * HIDDEN * HIDDEN;
        double pairs = 8.0 * HEADS * count * TOKENS * HIDDEN;
        return gigaflops(2 * (maps + pairs), () -> {
            kernels.absorbedAttention(on);
            kernels.absorbedAttentionGradient(on, to);
        });
    }

    /** Reading what is in no cache. */
    private double memory() {
        used = 0;
        Matrix far = Matrix.dense(buffer, 0, FAR_ROWS, FAR_COLUMNS);
        return rounded(far.size() * backend.elementType().bytes() * 1e-9 / seconds(() -> kernels.sumOfSquares(far)));
    }

    private double gigaflops(double flops, Runnable work) {
        return rounded(flops * 1e-9 / seconds(work));
    }

    /** Three digits: more are noise. */
    private static double rounded(double rate) {
        double unit = Math.pow(10, Math.floor(Math.log10(rate)) - 2);
        return Double.parseDouble("%.6g".formatted(Math.round(rate / unit) * unit));
    }

    /** The median of some rounds. */
    private double seconds(Runnable work) {
        long begin = System.nanoTime();
        do {
            work.run();
        } while (System.nanoTime() - begin < warmUpNanos);
        double[] seconds = new double[LEAST_ROUNDS];
        int rounds = 0;
        begin = System.nanoTime();
        while (rounds < LEAST_ROUNDS || System.nanoTime() - begin < measuredNanos) {
            if (rounds == seconds.length) {
                seconds = Arrays.copyOf(seconds, 2 * rounds);
            }
            long start = System.nanoTime();
            work.run();
            seconds[rounds++] = (System.nanoTime() - start) * 1e-9;
        }
        double[] sorted = Arrays.copyOf(seconds, rounds);
        Arrays.sort(sorted);
        return sorted[rounds / 2];
    }

    private Matrix[] matrices(int count, int rows, int columns) {
        return IntStream.range(0, count).mapToObj(each -> matrix(rows, columns)).toArray(Matrix[]::new);
    }

    /** The next matrix of the buffer, with small numbers of both signs: what is computed neither grows nor vanishes. */
    private Matrix matrix(int rows, int columns) {
        Matrix matrix = Matrix.dense(buffer, used, rows, columns);
        used += matrix.size();
        float[] row = new float[columns];
        for (int index = 0; index < rows; index++) {
            for (int column = 0; column < columns; column++) {
                row[column] = ((index * 13 + column * 37) % 64 - 31.5F) / 640;
            }
            matrix.rows(index, 1).copyFrom(MemorySegment.ofArray(row));
        }
        return matrix;
    }

    private static Rows rows(int ofSequence) {
        int[] offsets = IntStream.rangeClosed(0, SEQUENCES)
                .map(each -> each * ofSequence)
                .toArray();
        int[] rows = IntStream.range(0, SEQUENCES * ofSequence)
                .map(row -> row / ofSequence * TOKENS + row % ofSequence)
                .toArray();
        return Rows.of(SEQUENCES, offsets, rows);
    }

    @Override
    public void close() {
        buffer.close();
    }
}
