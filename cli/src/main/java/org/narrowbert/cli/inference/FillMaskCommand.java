package org.narrowbert.cli.inference;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.GemmOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.inference.FillMask;
import org.narrowbert.model.inference.FillMask.Candidate;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fills the [MASK]s of texts with the likeliest tokens. */
@Command(
        name = "fill-mask",
        description = "Fills each [MASK] of a text with the tokens that a saved model finds likeliest.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  ./narrowbert fill-mask --model runs/first \"a large [MASK] with four legs.\""})
public final class FillMaskCommand implements Callable<Integer> {
    private static final String MASK = "[MASK]";
    private static final int MOST_CANDIDATES = 1000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "A saved model: a Hugging Face directory.")
    private Path directory;

    @Option(
            names = {"--top-k", "-k"},
            paramLabel = "K",
            defaultValue = "5",
            description = "Candidates shown for each [MASK] (default: ${DEFAULT-VALUE}).")
    private int topK;

    @picocli.CommandLine.Parameters(
            paramLabel = "TEXT",
            arity = "1..*",
            description = "Texts with at least one [MASK] each.")
    private List<String> texts = new ArrayList<>();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private GemmOptions products = new GemmOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    private FillMaskCommand() {}

    @Override
    public Integer call() {
        if (topK < 1 || topK > MOST_CANDIDATES) {
            throw new UserError("--top-k is " + topK + ": choose from 1 to " + MOST_CANDIDATES);
        }
        for (String text : texts) {
            if (!text.contains(MASK)) {
                throw new UserError(
                        "there is no " + MASK + " in '" + text + "': write one where a word is to be filled in");
            }
        }
        compute.check();
        products.check(compute);
        PrintWriter out = spec.commandLine().getOut();
        // What is printed beside answers goes where nobody takes it for one.
        PrintWriter err = spec.commandLine().getErr();
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(directory);
                Tokenizer tokenizer = Tokenizer.open(directory);
                Backend backend = compute.open(
                        products.forInference(
                                compute,
                                () -> MaskedLanguageModel.inference(
                                                saved.config(),
                                                narrowing.narrowing().lastLayer())
                                        .graph(),
                                saved.config().maxPositionEmbeddings(),
                                narrowing.narrowing(),
                                err),
                        products.precision());
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(saved.config()).graph().parameters(), backend)) {
            saved.load(parameters).requireComplete();
            FillMask fillMask = new FillMask(saved.config(), narrowing.narrowing(), parameters, tokenizer, backend);
            // Only weights that are kept are rounded, or quantized.
            boolean keeps = texts.size() > 1 || products.precision() != OperandPrecision.FLOAT32;
            try (PackedWeights _ = keeps ? fillMask.keepPacked() : PackedWeights.NONE) {
                for (String text : texts) {
                    List<List<Candidate>> masks = fillMask.fill(text, topK);
                    out.println(text);
                    masks.forEach(candidates -> out.println("    " + line(candidates)));
                }
            }
        }
        return 0;
    }

    /** "city 41.2%  town 11.0%  ...". */
    public static String line(List<Candidate> candidates) {
        return candidates.stream()
                .map(candidate -> "%s %.1f%%".formatted(candidate.token(), 100 * candidate.probability()))
                .collect(Collectors.joining("  "));
    }
}
