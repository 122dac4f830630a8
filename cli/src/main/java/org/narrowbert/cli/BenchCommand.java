package org.narrowbert.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.narrowbert.cli.bench.BenchReport;
import org.narrowbert.cli.bench.Benchmark;
import org.narrowbert.cli.bench.FormsBenchmark;
import org.narrowbert.cli.bench.Measurement;
import org.narrowbert.cli.bench.OnnxRuntime;
import org.narrowbert.cli.bench.UnreadOptions;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.CostRates;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.options.OutputFile;
import org.narrowbert.cli.report.FormsPicture;
import org.narrowbert.cli.terminal.Counted;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.session.Calibration;
import org.narrowbert.model.config.CostModelFile;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.encoder.ModelSize;
import org.narrowbert.model.heads.MaskedLanguageModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times whole models with random weights, beside what the machine can do at most. */
@Command(
        name = "bench",
        description =
                "Times forward passes and training steps of models with random weights, and compares them with the"
                        + " machine's rate of pure multiply-adds on the same threads, measured just before each.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert bench --size base",
            "  ./narrowbert bench --part forward --onnx-runtime onnxruntime-1.29.0.jar",
            "  ./narrowbert bench --size mini --part training --threads 1",
            "  ./narrowbert bench --calibrate rates.json"
        })
final class BenchCommand implements Callable<Integer> {
    private static final String PEER = "--onnx-runtime";
    private static final String JSON = "--json";
    private static final String OVERWRITE = "--overwrite";
    private static final String CALIBRATE = "--calibrate";
    private static final String NARROW_FORMS = "--narrow-forms";

    /** Options that say nothing of a machine's rates, nor of the forms of narrow attention. */
    private static final List<String> BESIDE_CALIBRATION = List.of(
            NARROW_FORMS,
            "--size",
            "--vocab-size",
            "--part",
            "--runs",
            PEER,
            JSON,
            "--cost-model",
            "--narrow-attention",
            "--narrow-last-layer");

    private static final List<String> BESIDE_FORMS =
            List.of("--vocab-size", "--part", PEER, JSON, "--narrow-attention", "--narrow-last-layer");

    private static final int MOST_RUNS = 10_000;
    private static final int MOST_WARM_UP = 3600;
    private static final int MOST_TOKEN_IDS = 1_000_000;

    /** The id of [MASK] in BERT's vocabulary is below this. */
    private static final int LEAST_TOKEN_IDS = 104;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "base",
            description = "tiny, mini, small, medium, base or large (default: ${DEFAULT-VALUE}).")
    private String size = "";

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            defaultValue = "30522",
            description = "Number of token ids (default: ${DEFAULT-VALUE}, BERT's).")
    private int vocabSize;

    @Option(
            names = "--part",
            paramLabel = "PART",
            description =
                    "forward, cls (one row a text is read: the dense model and the narrow ones) or training; may be"
                            + " given more than once (default: forward and training).")
    private List<Benchmark.Part> parts = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many runs of each are timed at least, after a warm-up (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "4",
            description = "How long each runs before it is timed, for the compiler's sake (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = PEER,
            paramLabel = "JAR",
            description =
                    "Time ONNX Runtime beside forward passes, on the same weights, batches and threads: the jar of "
                            + "com.microsoft.onnxruntime:onnxruntime.")
    private Optional<Path> onnxRuntime = Optional.empty();

    @Option(
            names = CALIBRATE,
            paramLabel = "FILE",
            description =
                    "Measure this machine's rates of products, attention and memory in half a minute, and write them"
                            + " to a file for --cost-model, nothing else.")
    private Optional<Path> calibrate = Optional.empty();

    @Option(
            names = NARROW_FORMS,
            paramLabel = "PNG",
            description = "Time both forms of narrow attention at twenty shapes, in inference and training, instead of"
                    + " models; print what --narrow-attention auto takes, and draw absorbed over projected.")
    private Optional<Path> narrowForms = Optional.empty();

    @Option(names = OVERWRITE, description = "Replace the file of --calibrate or --narrow-forms where there is one.")
    private boolean overwrite;

    @Option(names = JSON, description = "Print JSON, one array, instead of a table.")
    private boolean json;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    private BenchCommand() {}

    @Override
    public Integer call() {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new UserError("--runs is " + runs + ": choose from 1 to " + MOST_RUNS);
        }
        if (!(warmUp >= 0 && warmUp <= MOST_WARM_UP)) {
            throw new UserError("--warm-up is " + warmUp + ": choose from 0 to " + MOST_WARM_UP + " seconds");
        }
        if (vocabSize < LEAST_TOKEN_IDS || vocabSize > MOST_TOKEN_IDS) {
            throw new UserError(
                    "--vocab-size is " + vocabSize + ": choose from " + LEAST_TOKEN_IDS + " to " + MOST_TOKEN_IDS);
        }
        compute.check();
        compute.fallback().ifPresent(spec.commandLine().getErr()::println);
        if (calibrate.isPresent()) {
            refuseBeside(CALIBRATE, BESIDE_CALIBRATION);
            products.refuseAuto(CALIBRATE);
            products.check(compute);
            products.requireBackend(CALIBRATE, compute);
            calibrate(output(CALIBRATE, calibrate.get()));
            return 0;
        }
        if (narrowForms.isPresent()) {
            refuseBeside(NARROW_FORMS, BESIDE_FORMS);
            products.refuseAuto(NARROW_FORMS);
            products.checkForTraining(compute);
            products.requireBackend(NARROW_FORMS, compute);
            Path picture = output(NARROW_FORMS, narrowForms.get());
            if (!picture.toString().endsWith(".png")) {
                throw new UserError(NARROW_FORMS + " " + picture + " is to be a PNG picture: let its name end in .png");
            }
            measureForms(picture);
            return 0;
        }
        if (overwrite) {
            throw new UserError(OVERWRITE + " is for the file of " + CALIBRATE + " or " + NARROW_FORMS
                    + ", and neither is given: leave it out");
        }
        Set<Benchmark.Part> chosen =
                parts.isEmpty() ? EnumSet.of(Benchmark.Part.FORWARD, Benchmark.Part.TRAINING) : EnumSet.copyOf(parts);
        new UnreadOptions(
                        chosen,
                        ModelSize.named(size).shape().layers(),
                        narrowing.narrowing().lastLayer())
                .refuse(this::isGiven);
        products.check(compute);
        if (products.precision() == OperandPrecision.INT8 && chosen.contains(Benchmark.Part.TRAINING)) {
            throw new UserError("--int8 is for inference: add --part forward");
        }
        if (onnxRuntime.isPresent() && chosen.equals(EnumSet.of(Benchmark.Part.TRAINING))) {
            throw new UserError("--onnx-runtime is timed beside forward passes: add --part forward or --part cls");
        }
        if (onnxRuntime.isPresent() && products.precision() != OperandPrecision.FLOAT32) {
            throw new UserError("--onnx-runtime computes in float32: leave out --bf16 and --int8");
        }
        if (chosen.contains(Benchmark.Part.TRAINING)) {
            products.checkForTraining(compute);
        }
        if (onnxRuntime.isEmpty()) {
            measure(chosen, Optional.empty());
            return 0;
        }
        // ONNX Runtime is taken down by the end of the process, even in the middle of a run: that would crash.
        try (Interrupts _ = Interrupts.listen(spec.commandLine().getErr());
                OnnxRuntime peer = OnnxRuntime.open(onnxRuntime.get(), compute.threads())) {
            measure(chosen, Optional.of(peer));
        }
        return 0;
    }

    /** Refuses options that say nothing of what another one asks for. */
    private void refuseBeside(String asked, List<String> others) {
        for (String other : others) {
            if (isGiven(other)) {
                throw new UserError(other + " says nothing of what " + asked + " measures: leave out one of the two");
            }
        }
    }

    private Path output(String option, Path file) {
        return OutputFile.named(option, file).check().refuseExisting(overwrite).path();
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private void calibrate(Path file) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("measuring this machine's rates, about half a minute");
        out.flush();
        try (Backend backend = compute.open(products.decided(), products.precision());
                Calibration calibration = new Calibration(backend, warmUp / 2)) {
            CostRates rates = new CostRates(calibration.measure());
            CostModelFile.write(file, rates.model(), compute.threads());
            out.println(rates.text());
            out.println("written to " + file + ", for --cost-model; built in are "
                    + new CostRates(CostModel.TYPICAL).text());
        }
    }

    private void measureForms(Path picture) {
        PrintWriter out = spec.commandLine().getOut();
        List<FormsBenchmark.Shape> shapes = new ArrayList<>();
        ModelShape model = ModelSize.named(size).shape();
        out.println("two layers of BERT-" + size + ", 1,024 tokens, threads " + compute.threads() + "; medians of "
                + Counted.of(runs, "run") + ", milliseconds");
        out.println("%-10s %8s %8s %10s %10s   %-10s %s"
                .formatted("", "tokens", "narrow", "projected", "absorbed", "auto", "auto / better"));
        try (Backend backend = compute.open(products.decided(), products.precision())) {
            CostModel costs = narrowing.narrowing().attention().costs();
            FormsBenchmark.of(model, backend, costs, runs).measure(warmUp, shape -> {
                shapes.add(shape);
                out.println("%-10s %8d %8d %10.2f %10.2f   %-10s %.2f"
                        .formatted(
                                shape.training() ? "training" : "inference",
                                shape.tokens(),
                                shape.narrow(),
                                1e3 * shape.projected(),
                                1e3 * shape.absorbed(),
                                shape.chosen().name().toLowerCase(Locale.ROOT),
                                shape.chosenOverBetter()));
                out.flush();
            });
        }
        FormsPicture.write(picture, shapes);
        out.println("drawn in " + picture);
    }

    private void measure(Set<Benchmark.Part> chosen, Optional<OnnxRuntime> peer) {
        Benchmark benchmark =
                new Benchmark(ModelSize.named(size).shape(), vocabSize, warmUp, runs, narrowing.narrowing(), peer);
        PrintWriter out = spec.commandLine().getOut();
        List<Measurement> measured = new ArrayList<>();
        BertConfig dense = benchmark.config("bert");
        Gemm gemm = products.forInference(
                compute,
                () -> MaskedLanguageModel.inference(dense, narrowing.narrowing().lastLayer())
                        .graph(),
                dense.maxPositionEmbeddings(),
                narrowing.narrowing(),
                json ? spec.commandLine().getErr() : out);
        try (Backend backend = compute.open(gemm, products.precision())) {
            BenchReport report = BenchReport.of(
                    size, backend, gemm, products.precision(), compute.threads(), peer.map(OnnxRuntime::name));
            if (!json) {
                report.heading(runs).forEach(out::println);
            }
            for (Benchmark.Part part : chosen) {
                benchmark.measure(part, backend, measurement -> {
                    measured.add(measurement);
                    if (!json) {
                        out.println(report.line(measurement));
                        out.flush();
                    }
                });
            }
            if (json) {
                out.println(report.json(measured));
            }
        }
    }
}
