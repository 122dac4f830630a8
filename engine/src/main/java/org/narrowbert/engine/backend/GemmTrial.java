package org.narrowbert.engine.backend;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;

/**
 * A short race of all who can compute matrix products here, at a model's own shapes: which of them a run had best use.
 *
 * @param entries what each took, {@link Gemm#PANAMA} first
 * @param refusals why a library that is here took no part
 */
public record GemmTrial(List<Entry> entries, List<String> refusals) {
    /** A native library must take this share of our own kernels' time at most: less than this is chance, and costs the promise of bits. */
    private static final double WORTH_IT = 0.95;

    /** Time for C2 to compile our kernels, and for libraries to compile theirs. */
    private static final long WARM_UP_NANOS = 1_500_000_000;

    private static final long MEASURED_NANOS = 500_000_000;
    private static final int LEAST_ROUNDS = 3;

    /** More rows make no product faster or slower than these, only the trial longer. */
    private static final int MOST_ROWS = 1024;

    /**
     * One competitor.
     *
     * @param gemm who computed
     * @param seconds for all layers once, the best of some rounds
     */
    public record Entry(Gemm gemm, double seconds) {}

    public GemmTrial {
        entries = List.copyOf(entries);
        refusals = List.copyOf(refusals);
    }

    /** The fastest; our own kernels where no library is faster by more than chance. */
    public Gemm best() {
        Entry own = entries.getFirst();
        Entry fastest =
                entries.stream().min(Comparator.comparingDouble(Entry::seconds)).orElse(own);
        return fastest.seconds() <= WORTH_IT * own.seconds() ? fastest.gemm() : own.gemm();
    }

    /**
     * Runs it, some seconds for each who is available. Layers of one shape are all computed with the first one's weight, which a cache may hold where a model's would
     * be read from memory; that is so for all competitors.
     *
     * @param provider the backend that leaves the choice
     * @param threads that compute
     * @param layers the model's linear layers, and how often each occurs
     * @param gradients whether gradients are computed as well; where not, weights stay as they are and may be packed once
     */
    public static GemmTrial run(
            BackendProvider provider, int threads, Map<LinearShape, Integer> layers, boolean gradients) {
        List<Entry> entries = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Gemm gemm : Gemm.values()) {
            if (gemm.availability() instanceof Availability.Ready) {
                try (Backend backend = provider.open(new BackendOptions(threads, gemm))) {
                    entries.add(new Entry(gemm, seconds(backend, layers, gradients)));
                } catch (RunError refused) {
                    refusals.add(gemm.text() + ": " + refused.getMessage());
                }
            }
        }
        return new GemmTrial(entries, refusals);
    }

    private static double seconds(Backend backend, Map<LinearShape, Integer> layers, boolean gradients) {
        List<Layer> open = new ArrayList<>();
        try {
            layers.forEach((shape, count) -> open.add(Layer.open(backend, shape, count)));
            backend.skipWarmUp();
            try (PackedWeights _ = gradients
                    ? PackedWeights.NONE
                    : backend.keepPacked(open.stream().map(Layer::weight).toList())) {
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < WARM_UP_NANOS) {
                    round(backend.kernels(), open, gradients);
                }
                double best = Double.MAX_VALUE;
                begin = System.nanoTime();
                for (int done = 0; done < LEAST_ROUNDS || System.nanoTime() - begin < MEASURED_NANOS; done++) {
                    best = Math.min(best, round(backend.kernels(), open, gradients));
                }
                return best;
            }
        } finally {
            open.forEach(layer -> layer.buffer().close());
        }
    }

    /** Computes each layer once; the seconds that all of them take, each as often as it occurs. */
    private static double round(Kernels kernels, List<Layer> layers, boolean gradients) {
        double nanos = 0;
        for (Layer layer : layers) {
            long begin = System.nanoTime();
            kernels.linear(layer.input(), layer.weight(), layer.bias(), layer.output());
            if (gradients) {
                layer.differentiate(kernels);
            }
            nanos += layer.share() * (System.nanoTime() - begin);
            if (gradients) {
                layer.fill();
            }
        }
        return nanos / 1e9;
    }

    /**
     * One layer's matrices, in a buffer of their own.
     *
     * @param share how often the model computes what these matrices are
     */
    private record Layer(Buffer buffer, double share, Matrix input, Matrix weight, Matrix bias, Matrix output) {
        static Layer open(Backend backend, LinearShape whole, int count) {
            LinearShape shape = whole.atMost(MOST_ROWS);
            long weightAt = (long) shape.rows() * shape.in();
            long biasAt = weightAt + (long) shape.out() * shape.in();
            long outputAt = biasAt + shape.out();
            Buffer buffer = backend.allocate(outputAt + (long) shape.rows() * shape.out());
            Layer layer = new Layer(
                    buffer,
                    (double) count * whole.rows() / Math.max(1, shape.rows()),
                    Matrix.dense(buffer, 0, shape.rows(), shape.in()),
                    Matrix.dense(buffer, weightAt, shape.out(), shape.in()),
                    Matrix.dense(buffer, biasAt, 1, shape.out()),
                    Matrix.dense(buffer, outputAt, shape.rows(), shape.out()));
            layer.fill();
            return layer;
        }

        /** Computes gradients, which take the places of the weight and of the input. */
        void differentiate(Kernels kernels) {
            kernels.linearInputGradient(output, weight, input, false);
            kernels.linearWeightGradient(input, output, weight, false);
        }

        /** Numbers of magnitude one half: what is computed with them must neither vanish nor grow from round to round. */
        void fill() {
            fill(input);
            fill(weight);
        }

        private static void fill(Matrix matrix) {
            float[] row = new float[matrix.columns()];
            for (int index = 0; index < row.length; index++) {
                row[index] = (index * 37 % 64 - 31.5F) / 64;
            }
            for (int index = 0; index < matrix.rows(); index++) {
                matrix.rows(index, 1).copyFrom(MemorySegment.ofArray(row));
            }
        }
    }
}
