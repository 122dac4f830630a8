package org.narrowbert.jmh;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.optimizer.AdamWSettings;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.jmh.peers.MatrixPeers;
import org.narrowbert.jmh.peers.Peer;
import org.narrowbert.jmh.peers.PeerMissing;
import org.narrowbert.jmh.peers.Threads;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Presets;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainerOptions;

/**
 * Where the time of BERT-base goes, kernel by kernel: no benchmark, since one process says little of another, but what explains one.
 *
 * <p>{@code java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp jmh/target/benchmarks.jar
 * org.narrowbert.jmh.KernelProfile sparse-queries-2 8x128 training}. Arguments: a layout's name; a batch; {@code mlm} (logits of 15% of the tokens), {@code cls} (one
 * row a text) or {@code training}; then optionally {@code OURS}, {@code ONEDNN}, {@code MKL} or {@code OPENBLAS}, and {@code FLOAT32}, {@code BFLOAT16} or {@code INT8}.
 */
public final class KernelProfile {
    private static final Set<String> HEADS = Set.of("mlm", "cls", "training");
    private static final int VOCABULARY = 30_522;
    private static final int CLASSES = 1000;
    private static final int MASK = 103;
    private static final double MASKED = 0.15;
    private static final int THREADS = 2;
    private static final int RUNS = 5;
    private static final long WARM_UP_NANOS = 10_000_000_000L;

    private final KernelTimes times = new KernelTimes();
    private final Backend real;
    private final Backend backend;
    private final BertConfig config;
    private final Batch batch;

    private KernelProfile(Backend real, BertConfig config, Batch batch) {
        this.real = real;
        backend = times.around(real);
        this.config = config;
        this.batch = batch;
    }

    /** Prints a median, and what each kernel took in the mean. */
    public static void main(String[] arguments) {
        if (arguments.length < 3 || arguments.length > 5 || !HEADS.contains(arguments[2])) {
            System.err.println("give a layout, a batch, and mlm, cls or training: sparse-queries-2 8x128 training");
            System.exit(2);
        }
        try {
            profile(arguments);
        } catch (UserError | IllegalArgumentException | PeerMissing wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        }
    }

    private static void profile(String[] arguments) {
        System.out.println("# " + Threads.pin(THREADS));
        boolean firstRows = arguments[2].equals("cls");
        int vocabulary = firstRows ? CLASSES : VOCABULARY;
        SampleBatch sample = new SampleBatch(vocabulary, MASK);
        int[] lengths = BatchLengths.of(arguments[1]);
        Batch batch = firstRows ? sample.ofFirstRows(lengths, 1) : sample.of(lengths, MASKED, 1);
        BertConfig config = BertConfig.of(Presets.layout(arguments[0], 12), ModelSize.BASE.shape(), vocabulary);
        Peer products = arguments.length > 3 ? Peer.valueOf(arguments[3]) : Peer.OURS;
        OperandPrecision precision =
                arguments.length > 4 ? OperandPrecision.valueOf(arguments[4]) : OperandPrecision.FLOAT32;
        boolean trains = arguments[2].equals("training");
        try (Backend backend = trains
                ? MatrixPeers.openForTraining(products, precision, THREADS)
                : MatrixPeers.open(products, precision, THREADS)) {
            KernelProfile profile = new KernelProfile(backend, config, batch);
            if (trains) {
                profile.train();
            } else {
                profile.answer(firstRows ? LastLayer.NARROWED : LastLayer.FULL);
            }
        }
    }

    private void train() {
        Optional<TokenImportance> importance = config.layout().hasBrackets()
                ? Optional.of(TokenImportance.untrained(VOCABULARY, 0.995, new int[] {100, 101, 102, 103}, 0))
                : Optional.empty();
        TrainerOptions options = new TrainerOptions(AdamWSettings.DEFAULT, false, LayerSet.NONE, LastLayer.FULL);
        try (MaskedLanguageTrainer trainer =
                MaskedLanguageTrainer.open(config, options, importance, batch.extents(), 1, backend)) {
            Initializer.initialize(trainer.parameters(), config, 1);
            int[] steps = {0};
            measure(() -> trainer.step(List.of(batch), steps[0]++, 1e-5));
        }
    }

    private void answer(LastLayer lastLayer) {
        MaskedLanguageModel model = MaskedLanguageModel.inference(config, lastLayer);
        try (Parameters parameters = Parameters.open(model.graph().parameters(), real);
                PackedWeights _ = real.keepPacked(model.graph().linearWeights().stream()
                        .map(parameters::of)
                        .toList())) {
            Initializer.initialize(parameters, config, 1);
            Plan plan = Plan.inference(model.graph(), batch.extents());
            try (Session session = Session.inference(plan, parameters, backend)) {
                measure(() -> session.forward(batch, StepPlace.NONE));
            }
        }
    }

    private void measure(Runnable run) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < WARM_UP_NANOS) {
            run.run();
        }
        times.clear();
        double[] milliseconds = new double[RUNS];
        for (int done = 0; done < RUNS; done++) {
            long start = System.nanoTime();
            run.run();
            milliseconds[done] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(milliseconds);
        System.out.printf(Locale.ROOT, "median of %d: %.1f ms; kernels, in the mean:%n", RUNS, milliseconds[RUNS / 2]);
        times.print(RUNS);
    }
}
