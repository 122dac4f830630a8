package org.narrowbert.cli.plan;

import java.util.List;
import java.util.concurrent.Callable;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.cli.options.ModelOptions;
import org.narrowbert.cli.options.NarrowingOptions;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.cli.options.RecomputeOptions;
import org.narrowbert.cli.run.TrainingOptions;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.importance.TokenImportance;
import org.narrowbert.model.layout.LayerSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a training step computes: every op with its rows, FLOPs and bytes, the memory, and the speed-up to expect. */
@Command(
        name = "plan",
        description = "Shows what a training step would compute, how much memory it takes, and how much faster than"
                + " plain BERT of the same depth it should be. Trains nothing.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  ./narrowbert plan --size base --layout sparse-queries-2 --max-seq-length 512"})
public final class PlanCommand implements Callable<Integer> {
    private static final String MLM_PROBABILITY = "--mlm-probability";

    /** Options about what only training drops: activations and tokens. */
    private static final List<String> OF_TRAINING =
            List.of("--hidden-dropout-prob", "--attention-probs-dropout-prob", "--token-keep");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private RecomputeOptions recompute = new RecomputeOptions();

    @Mixin
    private NarrowingOptions narrowing = new NarrowingOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            defaultValue = "128",
            description = "Tokens of a sequence (default: ${DEFAULT-VALUE}).")
    private int maxSeqLength;

    @Option(
            names = "--per-device-train-batch-size",
            paramLabel = "N",
            defaultValue = "8",
            description = "Sequences of a batch (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = MLM_PROBABILITY,
            paramLabel = "P",
            defaultValue = "0.15",
            description = "Share of tokens masked (default: ${DEFAULT-VALUE}).")
    private double mlmProbability;

    @Option(
            names = "--vocab-size",
            paramLabel = "N",
            defaultValue = "30522",
            description = "Number of token ids (default: ${DEFAULT-VALUE}, BERT's).")
    private int vocabSize;

    @Option(names = "--inference", description = "Show the forward pass of inference instead of a training step.")
    private boolean inference;

    @Option(
            names = "--head",
            paramLabel = "mlm|cls|mean|max",
            defaultValue = "mlm",
            description = "What inference is for: masked tokens, [CLS] (vectors and classes of texts), the mean or the"
                    + " maximum of all tokens (default: ${DEFAULT-VALUE}).")
    private PlannedHead head;

    private PlanCommand() {
        head = PlannedHead.MLM;
    }

    @Override
    public Integer call() {
        compute.check();
        Ranges.atLeastOne("--max-seq-length", maxSeqLength);
        Ranges.atLeastOne("--per-device-train-batch-size", batchSize);
        Ranges.check(
                MLM_PROBABILITY, mlmProbability, mlmProbability > 0 && mlmProbability <= 1, "above 0 and at most 1");
        BertConfig config = model.config(vocabSize, maxSeqLength, 0);
        LayerSet recomputed = recompute.layers(config.layout());
        refuseUnused(config, recomputed);
        Extents limits = extents(config);
        PlanSheet sheet = inference
                ? PlanSheet.ofInference(config, narrowing.narrowing(), head, limits)
                : PlanSheet.ofTraining(config, narrowing.narrowing(), recomputed, limits);
        try (Backend backend = compute.open()) {
            sheet.lines(backend, compute.threads()).forEach(spec.commandLine().getOut()::println);
        }
        return 0;
    }

    /** Refuses options that say nothing of what is planned. */
    private void refuseUnused(BertConfig config, LayerSet recomputed) {
        if (!inference) {
            if (head != PlannedHead.MLM) {
                throw new UserError("--head is for --inference: training reads the masked tokens");
            }
            model.refuseUnused(config);
            return;
        }
        if (!recomputed.isEmpty()) {
            throw new UserError("--inference has no backward pass: leave out --gradient-checkpointing");
        }
        for (String option : OF_TRAINING) {
            if (told(option)) {
                throw new UserError(option + " is for training: inference drops nothing, leave it out");
            }
        }
        if (head != PlannedHead.MLM && told(MLM_PROBABILITY)) {
            throw new UserError(MLM_PROBABILITY + " is for --head mlm: the others read no masked tokens, leave it out");
        }
    }

    private boolean told(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private Extents extents(BertConfig config) {
        int kept = config.layout().hasBrackets() ? TokenImportance.kept(config.tokenKeep(), maxSeqLength) : 0;
        int narrow = (int) Math.min(maxSeqLength, Math.ceil(mlmProbability * maxSeqLength));
        TrainingOptions.checkTokens(batchSize, maxSeqLength);
        int rows = head.narrowRows(batchSize, batchSize * maxSeqLength, batchSize * narrow);
        return new Extents(batchSize, batchSize * maxSeqLength, rows, batchSize * kept).upTo(maxSeqLength);
    }
}
