package org.narrowbert.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.data.sample.CorpusLengths;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.layout.Presets;

/**
 * The workloads of {@code narrowbert bench} on one backend.
 *
 * @param shape depth and widths of the models
 * @param vocabularySize number of token ids
 * @param warmUpSeconds how long each runs before it is timed
 * @param runs how many runs of each are timed at least
 * @param narrowing which form narrow attention takes; with a narrowed last layer what is quicker so is measured in both ways, the full one first
 * @param peer also times forward passes whose layers are all full, on the same weights and batches
 */
public record Benchmark(
        ModelShape shape,
        int vocabularySize,
        double warmUpSeconds,
        int runs,
        Narrowing narrowing,
        Optional<OnnxRuntime> peer) {
    private static final String NARROWED = ", last layer narrowed";
    private static final List<String> FAMILIES = List.of("bert", "sparse-queries-2", "context-first", "token-dropping");
    private static final int MASK = 103;
    private static final double MASKED = 0.15;

    /** Token ids of models whose head reads [CLS]: so few that logits of them cost no more than a classifier. */
    static final int CLASSES = 1000;

    /** float32 by two engines through many layers; logits are of magnitude one. */
    private static final double TOLERANCE = 1e-3;

    /** What can be measured. */
    public enum Part {
        /** Forward passes of the dense model. */
        FORWARD,
        /** Forward passes whose head reads one row a text, of the dense model and the narrow ones. */
        CLS,
        /** Training steps of the four families. */
        TRAINING;

        /** The name on the command line. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Measures a part, telling each result as it comes. */
    public void measure(Part part, Backend backend, Consumer<Measurement> results) {
        switch (part) {
            case FORWARD -> {
                BertConfig dense = config("bert");
                for (int[] lengths : List.of(
                        lengths(1, 16),
                        lengths(1, 128),
                        lengths(8, 128),
                        lengths(8, 512),
                        CorpusLengths.paragraphs())) {
                    Batch batch = batch(lengths);
                    String name = "forward " + name(lengths);
                    results.accept(measureForward(name, dense, batch, backend));
                    if (narrowing.lastLayer() == LastLayer.NARROWED) {
                        results.accept(measureNarrowed(name, dense, batch, backend));
                    }
                }
            }
            case CLS -> {
                for (int[] lengths : List.of(lengths(1, 128), lengths(8, 128), lengths(8, 512))) {
                    measureFirstRows(lengths, backend, results);
                }
            }
            case TRAINING -> {
                Batch batch = batch(lengths(8, 128));
                for (String family : families(shape.layers())) {
                    String name = "step 8 x 128 " + family;
                    results.accept(measureStep(name, config(family), LastLayer.FULL, batch, backend));
                    if (narrowing.lastLayer() == LastLayer.NARROWED && isNarrower(config(family))) {
                        results.accept(
                                measureStep(name + NARROWED, config(family), LastLayer.NARROWED, batch, backend));
                    }
                }
            }
        }
    }

    /** The dense model as everyone computes it, and then what is narrower; no decoder hides the difference. */
    private void measureFirstRows(int[] lengths, Backend backend, Consumer<Measurement> results) {
        Batch batch = new SampleBatch(CLASSES, MASK).ofFirstRows(lengths, 1);
        for (String family : families(shape.layers())) {
            String name = "[CLS] " + name(lengths) + " " + family;
            BertConfig config = BertConfig.of(Presets.layout(family, shape.layers()), shape, CLASSES);
            if (family.equals("bert")) {
                results.accept(measureForward(name, config, batch, backend));
            }
            if (family.equals("bert")
                    ? narrowing.lastLayer() == LastLayer.NARROWED
                    : !config.layout().hasBrackets()) {
                results.accept(measureNarrowed(name, config, batch, backend));
            }
        }
    }

    private Narrowing with(LastLayer lastLayer) {
        return new Narrowing(lastLayer, narrowing.attention());
    }

    private static boolean isNarrower(BertConfig config) {
        return !config.layout().narrowedSteps().equals(config.layout().steps());
    }

    /** The families that exist for models of this depth. */
    static List<String> families(int layers) {
        List<String> families = new ArrayList<>(FAMILIES);
        if (layers < 3) {
            families.removeIf(family -> family.equals("sparse-queries-2") || family.equals("context-first"));
        }
        return families;
    }

    private Measurement measureForward(String name, BertConfig config, Batch batch, Backend backend) {
        Optional<Double> peak = peak(backend);
        try (ForwardPass ours = ForwardPass.open(config, with(LastLayer.FULL), batch, backend)) {
            Timing timing = Timing.of(ours, warmUpSeconds, runs);
            Optional<Timing> other = peer.map(library -> timePeer(library, ours, config, batch));
            return new Measurement(name, ours.tokens(), ours.flops() / 1e9, timing, other, peak);
        }
    }

    private Measurement measureNarrowed(String name, BertConfig config, Batch batch, Backend backend) {
        Optional<Double> peak = peak(backend);
        try (ForwardPass narrowed = ForwardPass.open(config, narrowing, batch, backend)) {
            Timing timing = Timing.of(narrowed, warmUpSeconds, runs);
            double gigaflop = narrowed.flops() / 1e9;
            boolean marked = isNarrower(config) && narrowing.lastLayer() == LastLayer.NARROWED;
            return new Measurement(
                    marked ? name + NARROWED : name, narrowed.tokens(), gigaflop, timing, Optional.empty(), peak);
        }
    }

    private Timing timePeer(OnnxRuntime library, ForwardPass ours, BertConfig config, Batch batch) {
        try (OnnxRuntime.Pass theirs = library.pass(config, ours.parameters(), batch, ours.flops())) {
            compare(ours.logits(), theirs.logits());
            return Timing.of(theirs, warmUpSeconds, runs);
        }
    }

    private static void compare(float[] ours, float[] theirs) {
        for (int place = 0; place < ours.length; place++) {
            if (!(Math.abs(ours[place] - theirs[place]) <= TOLERANCE)) {
                throw new RunError("the two engines disagree, nothing was timed: logit " + place + " is " + ours[place]
                        + " by ours and " + theirs[place] + " by the other");
            }
        }
    }

    private Measurement measureStep(String name, BertConfig config, LastLayer layer, Batch batch, Backend backend) {
        Optional<Double> peak = peak(backend);
        try (TrainingStep step = TrainingStep.open(config, with(layer), batch, backend)) {
            Timing timing = Timing.of(step, warmUpSeconds, runs);
            return new Measurement(name, step.tokens(), step.flops() / 1e9, timing, Optional.empty(), peak);
        }
    }

    private static Optional<Double> peak(Backend backend) {
        return backend.measurePeak().map(MachinePeak::fmaGflopsAllThreads);
    }

    /** The model of a family, by its layout's name. */
    public BertConfig config(String family) {
        return BertConfig.of(Presets.layout(family, shape.layers()), shape, vocabularySize);
    }

    private Batch batch(int[] lengths) {
        return new SampleBatch(vocabularySize, MASK).of(lengths, MASKED, 1);
    }

    private static int[] lengths(int sequences, int length) {
        int[] lengths = new int[sequences];
        Arrays.fill(lengths, length);
        return lengths;
    }

    private static String name(int[] lengths) {
        int least = Arrays.stream(lengths).min().orElseThrow();
        int most = Arrays.stream(lengths).max().orElseThrow();
        return lengths.length + (least == most ? " x " + least : " of " + least + " to " + most);
    }
}
