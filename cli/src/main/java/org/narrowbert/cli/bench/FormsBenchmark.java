package org.narrowbert.cli.bench;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.NarrowForm;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.encoder.ModelShape;

/**
 * Both forms of narrow attention at twenty shapes, for two layers of a model: all that depends on the form, keys and values and their weights'
 * gradients included. 1,024 tokens a batch. The forms take turns, so that what disturbs the machine disturbs both.
 *
 * @param backend that computes
 * @param costs what {@code auto} chooses by
 * @param hiddenSize of the model
 * @param graph the layers
 * @param runs of each form that are timed
 */
public record FormsBenchmark(Backend backend, CostModel costs, int hiddenSize, Graph graph, int runs) {
    private static final int TOKENS = 1024;
    private static final int[] LENGTHS = {32, 128, 256, 512};

    /** Per cent of the tokens that are narrow; 0: one row. */
    private static final int[] SHARES = {0, 5, 15, 25, 40};

    /**
     * What was measured at one shape.
     *
     * @param tokens of a sequence
     * @param narrow rows of it
     * @param training whether gradients were computed too
     * @param projected median seconds of the projected form
     * @param absorbed median seconds of the absorbed one
     * @param chosen the form that the cost model takes
     */
    public record Shape(
            int tokens, int narrow, boolean training, double projected, double absorbed, NarrowForm chosen) {
        /** The time of the form that is chosen over that of the better one: 1 where it is the better one. */
        public double chosenOverBetter() {
            return (chosen == NarrowForm.ABSORBED ? absorbed : projected) / Math.min(projected, absorbed);
        }
    }

    /** Of layers as wide as a model's, with as many heads. */
    public static FormsBenchmark of(ModelShape shape, Backend backend, CostModel costs, int runs) {
        // Vocabulary and feed-forward width are of no layer here.
        OpCase.Sizes sizes =
                new OpCase.Sizes(11, shape.hiddenSize(), 8, shape.attentionHeads(), LENGTHS[LENGTHS.length - 1]);
        return new FormsBenchmark(
                backend,
                costs,
                shape.hiddenSize(),
                OpCase.narrowLayers(0, sizes).graph(),
                runs);
    }

    /** Measures all shapes, in inference and then with gradients, after a warm-up of some seconds. */
    public void measure(double warmUpSeconds, Consumer<Shape> results) {
        for (boolean training : new boolean[] {false, true}) {
            long begun = System.nanoTime();
            do {
                shape(128, 32, training, 1);
            } while ((System.nanoTime() - begun) * 1e-9 < warmUpSeconds);
            for (int tokens : LENGTHS) {
                for (int share : SHARES) {
                    results.accept(shape(tokens, Math.max(1, tokens * share / 100), training, runs));
                }
            }
        }
    }

    private Shape shape(int tokens, int narrow, boolean training, int times) {
        Batch batch = batch(tokens, narrow);
        try (Parameters parameters = Parameters.open(graph.parameters(), backend);
                Parameters gradients = Parameters.open(graph.parameters(), backend);
                Session projected = session(NarrowAttention.PROJECTED, training, batch, parameters, gradients);
                Session absorbed = session(NarrowAttention.ABSORBED, training, batch, parameters, gradients);
                PackedWeights _ = training ? PackedWeights.NONE : keepPacked(parameters)) {
            parameters.decayed().copyFrom(numbers(parameters.decayed().size()));
            MemorySegment values = numbers((long) TOKENS * hiddenSize);
            double[] ofProjected = new double[times + 1];
            double[] ofAbsorbed = new double[times + 1];
            for (int run = 0; run <= times; run++) {
                ofProjected[run] = seconds(projected, batch, values);
                ofAbsorbed[run] = seconds(absorbed, batch, values);
            }
            NarrowForm chosen =
                    plan(NarrowAttention.AUTO, training, batch).forms().form(tokens, narrow);
            return new Shape(tokens, narrow, training, median(ofProjected), median(ofAbsorbed), chosen);
        }
    }

    /** Of all but the first, which packs what is kept. */
    private static double median(double[] seconds) {
        return new Timing(Arrays.copyOfRange(seconds, 1, seconds.length)).median();
    }

    private PackedWeights keepPacked(Parameters parameters) {
        return backend.keepPacked(
                graph.linearWeights().stream().map(parameters::of).toList());
    }

    private Session session(
            NarrowAttention form, boolean training, Batch batch, Parameters parameters, Parameters gradients) {
        return Session.training(plan(form, training, batch), parameters, gradients, backend);
    }

    private Plan plan(NarrowAttention form, boolean training, Batch batch) {
        NarrowAttentionChoice choice = new NarrowAttentionChoice(form, costs);
        return training
                ? Plan.training(graph, batch.extents(), choice)
                : Plan.inference(graph, batch.extents(), Set.of(), choice);
    }

    /** One run; what the last one left in the places of its inputs is overwritten first. */
    private double seconds(Session session, Batch batch, MemorySegment values) {
        session.prepare(batch);
        graph.inputs().forEach(input -> session.values(input).copyFrom(values));
        long begun = System.nanoTime();
        session.forward(batch, StepPlace.NONE);
        if (session.plan().trains()) {
            graph.outputs().forEach(output -> session.outputGradient(output).copyFrom(values));
            session.backward(batch, StepPlace.NONE, false);
        }
        return (System.nanoTime() - begun) * 1e-9;
    }

    private static MemorySegment numbers(long count) {
        float[] values = new float[Math.toIntExact(count)];
        for (int index = 0; index < values.length; index++) {
            values[index] = (index * 37 % 641 - 320) * 1e-4F;
        }
        return MemorySegment.ofArray(values);
    }

    private static Batch batch(int tokens, int narrow) {
        int sequences = TOKENS / tokens;
        int[] ids = new int[TOKENS];
        return Batch.of(rows(sequences, tokens, tokens), ids, ids, rows(sequences, tokens, narrow), ids);
    }

    private static Rows rows(int sequences, int tokens, int each) {
        int[] offsets = IntStream.rangeClosed(0, sequences)
                .map(sequence -> sequence * each)
                .toArray();
        int[] rows = IntStream.range(0, sequences * each)
                .map(row -> row / each * tokens + row % each)
                .toArray();
        return Rows.of(sequences, offsets, rows);
    }

    /** The shapes of one kind, in the order in which they were measured. */
    public static List<Shape> ofKind(List<Shape> shapes, boolean training, int tokens) {
        List<Shape> some = new ArrayList<>(shapes);
        some.removeIf(shape -> shape.training() != training || shape.tokens() != tokens);
        return some;
    }

    /** The lengths that are measured. */
    public static int[] lengths() {
        return LENGTHS.clone();
    }
}
