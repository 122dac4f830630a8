package org.narrowbert.jmh;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.jmh.peers.MatrixPeers;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.ResidentMemory;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Presets;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainerOptions;
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
 * A whole training step (forward, backward, clipping, AdamW) of BERT-base's shape for each family, with 15% of the tokens masked. The
 * machine's FMA peak is measured in the same fork; what each fork prints at its end is tokens a second and the share of that peak.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar TrainingStepBenchmark}; one family and batch: {@code -p layout=bert -p batch=32x128}; with gradient checkpointing:
 * {@code -p checkpointing=false,true}; beside the dense model with its last layer narrowed: {@code -p lastLayer=full,narrowed}; by one form of narrow attention alone: {@code -p
 * narrowAttention=projected,absorbed}; by a library's products: {@code -p products=OURS,ONEDNN -p precision=FLOAT32,BFLOAT16}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"
        })
// The first steps run while the compiler is still at work; they are worth nothing.
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 3, time = 10)
public class TrainingStepBenchmark {
    private static final double MASKED = 0.15;
    private static final int VOCABULARY = 30_522;
    private static final int MASK = 103;

    @Param({"bert", "sparse-queries-2", "context-first", "token-dropping"})
    public String layout = "";

    /** Sequences and tokens of each. */
    @Param({"8x128", "4x512"})
    public String batch = "";

    /** Whether all layers' activations are made again in the backward pass. */
    @Param("false")
    public boolean checkpointing;

    /** {@code full} (the dense baseline of every ratio) or {@code narrowed}: on which rows the last layer is computed. */
    @Param("full")
    public String lastLayer = "";

    /** {@code auto}, {@code projected} or {@code absorbed}: which form narrow attention takes. */
    @Param("auto")
    public String narrowAttention = "";

    /** Whose matrix products: {@code OURS}, {@code ONEDNN}, {@code MKL} or {@code OPENBLAS}. */
    @Param("OURS")
    public Peer products = Peer.OURS;

    /** What their operands are rounded to: {@code FLOAT32}, or {@code BFLOAT16} by {@code ONEDNN}. */
    @Param("FLOAT32")
    public OperandPrecision precision = OperandPrecision.FLOAT32;

    @Param("2")
    public int threads;

    private Backend backend;
    private MaskedLanguageTrainer trainer;
    private Batch made;
    private Optional<MachinePeak> peak = Optional.empty();
    private long steps;
    private long nanoseconds;

    /** Opens the model and a batch. */
    @Setup
    public void open() {
        System.out.println("# " + Threads.pin(threads));
        backend = MatrixPeers.openForTraining(products, precision, threads);
        peak = backend.measurePeak();
        BertConfig config = BertConfig.of(Presets.layout(layout, 12), ModelSize.BASE.shape(), VOCABULARY);
        made = new SampleBatch(VOCABULARY, MASK).of(BatchLengths.of(batch), MASKED, 1);
        Optional<TokenImportance> importance = config.layout().hasBrackets()
                ? Optional.of(TokenImportance.untrained(VOCABULARY, 0.995, new int[] {100, 101, 102, 103}, 0))
                : Optional.empty();
        LayerSet recomputed = checkpointing ? LayerSet.all(config.layout()) : LayerSet.NONE;
        Narrowing narrowing = new Narrowing(
                LastLayer.valueOf(lastLayer.toUpperCase(Locale.ROOT)),
                new NarrowAttentionChoice(
                        NarrowAttention.valueOf(narrowAttention.toUpperCase(Locale.ROOT)), CostModel.TYPICAL));
        TrainerOptions options = new TrainerOptions(AdamWSettings.DEFAULT, false, recomputed, narrowing);
        trainer = MaskedLanguageTrainer.open(config, options, importance, made.extents(), 1, backend);
        Initializer.initialize(trainer.parameters(), config, 1);
    }

    @Benchmark
    public double step() {
        long begun = System.nanoTime();
        double loss = trainer.step(List.of(made), steps, 1e-5).loss();
        nanoseconds += System.nanoTime() - begun;
        steps++;
        return loss;
    }

    /** Forgets the warm-up's steps. */
    @Setup(Level.Iteration)
    public void reset() {
        nanoseconds = 0;
        steps = 0;
    }

    /** Prints what the iteration's steps came to. */
    @TearDown(Level.Iteration)
    public void report() {
        double seconds = nanoseconds * 1e-9 / steps;
        Extents extents = trainer.plan().limits();
        double gigaflops = trainer.plan().flops(extents) / seconds / 1e9;
        double most = peak.map(MachinePeak::fmaGflopsAllThreads).orElse(Double.NaN);
        System.out.printf(
                " %.1f tokens/s, %.1f GFLOP/s, %.1f%% of the FMA peak of %.1f GFLOP/s%n",
                made.tokens().count() / seconds, gigaflops, 100 * gigaflops / most, most);
    }

    /** Prints the most memory that the fork has held, and lets go of it. */
    @TearDown
    public void close() {
        ResidentMemory.most().ifPresent(bytes -> System.out.printf(" resident at most %,.0f MB%n", bytes / 1e6));
        trainer.close();
        backend.close();
    }
}
