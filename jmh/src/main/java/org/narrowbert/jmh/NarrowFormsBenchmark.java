package org.narrowbert.jmh;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.jmh.peers.Threads;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The two forms of narrow attention and the automatic choice, for two layers of BERT-base: all that depends on the form, keys and values and their
 * weights' gradients included. 1,024 tokens a batch.
 *
 * <p>Again: {@code ./mvnw -pl jmh -am package -DskipTests && java -jar jmh/target/benchmarks.jar NarrowFormsBenchmark}; one shape by {@code -p
 * tokens=128 -p narrow=15}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class NarrowFormsBenchmark {
    private static final int TOKENS = 1024;
    private static final OpCase.Sizes BASE = new OpCase.Sizes(11, 768, 8, 12, 512);

    /** Tokens of a sequence. */
    @Param({"32", "128", "512"})
    public int tokens;

    /** Per cent of them that are narrow; 0: one row. */
    @Param({"0", "5", "15", "25", "40", "100"})
    public int narrow;

    /** The form, or the choice. */
    @Param
    public NarrowAttention form = NarrowAttention.AUTO;

    /** With the gradients. */
    @Param({"false", "true"})
    public boolean training;

    /** Threads that compute. */
    @Param("2")
    public int threads;

    private Backend backend;
    private Graph graph;
    private MemorySegment numbers;
    private Parameters parameters;
    private Parameters gradients;
    private Session session;
    private Batch batch;

    /** Opens two layers and fills them with random numbers. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        graph = OpCase.narrowLayers(0, BASE).graph();
        backend = Backends.find().named("vector").open(new BackendOptions(threads));
        int sequences = TOKENS / tokens;
        int read = Math.max(1, tokens * narrow / 100);
        batch = Batch.of(
                rows(sequences, tokens), new int[TOKENS], new int[TOKENS], rows(sequences, read), new int[TOKENS]);
        Extents limits = batch.extents();
        NarrowAttentionChoice choice = new NarrowAttentionChoice(form, CostModel.TYPICAL);
        parameters = Parameters.open(graph.parameters(), backend);
        gradients = Parameters.open(graph.parameters(), backend);
        Plan plan = training ? Plan.training(graph, limits, choice) : Plan.inference(graph, limits, Set.of(), choice);
        session = Session.training(plan, parameters, gradients, backend);
        parameters.decayed().copyFrom(randomNumbers(parameters.decayed().size()));
        numbers = randomNumbers((long) TOKENS * BASE.hidden());
    }

    /** What the last call left in the places of its inputs is overwritten. */
    @Setup(Level.Invocation)
    public void give() {
        session.prepare(batch);
        graph.inputs().forEach(input -> session.values(input).copyFrom(numbers));
    }

    private Rows rows(int sequences, int each) {
        int[] offsets = new int[sequences + 1];
        int[] rows = new int[sequences * each];
        Arrays.setAll(offsets, sequence -> sequence * each);
        Arrays.setAll(rows, row -> row / each * tokens + row % each);
        return Rows.of(sequences, offsets, rows);
    }

    private static MemorySegment randomNumbers(long count) {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[Math.toIntExact(count)];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) (0.05 * (random.nextDouble() - 0.5));
        }
        return MemorySegment.ofArray(values);
    }

    /** Forward, and backward in training. */
    @Benchmark
    public void twoLayers() {
        session.forward(batch, StepPlace.NONE);
        if (training) {
            graph.outputs().forEach(output -> session.outputGradient(output).copyFrom(numbers));
            session.backward(batch, StepPlace.NONE, false);
        }
    }

    /** Gives all memory back. */
    @TearDown(Level.Trial)
    public void close() {
        session.close();
        gradients.close();
        parameters.close();
        backend.close();
    }
}
