package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.plan.PlanText;
import org.narrowbert.engine.plan.TrainingMemory;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.heads.MaskedLanguageModel;
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
final class PlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private RecomputeOptions recompute = new RecomputeOptions();

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
            names = "--mlm-probability",
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

    private PlanCommand() {}

    @Override
    public Integer call() {
        compute.check();
        if (maxSeqLength < 1 || batchSize < 1 || !(mlmProbability > 0 && mlmProbability <= 1)) {
            throw new UserError("--max-seq-length " + maxSeqLength + ", --per-device-train-batch-size " + batchSize
                    + ", --mlm-probability " + mlmProbability
                    + ": lengths and sizes start at 1, a probability is above 0 and at most 1");
        }
        BertConfig config = model.config(vocabSize, maxSeqLength, 0);
        LayerSet recomputed = recompute.layers(config.layout());
        if (inference && !recomputed.isEmpty()) {
            throw new UserError("--inference has no backward pass: leave out --gradient-checkpointing");
        }
        print(config, recomputed, extents(config), spec.commandLine().getOut());
        return 0;
    }

    private Extents extents(BertConfig config) {
        int kept = config.layout().hasBrackets() ? TokenImportance.kept(config.tokenKeep(), maxSeqLength) : 0;
        int narrow = (int) Math.min(maxSeqLength, Math.ceil(mlmProbability * maxSeqLength));
        TrainingOptions.checkTokens(batchSize, maxSeqLength);
        return new Extents(batchSize, batchSize * maxSeqLength, batchSize * narrow, batchSize * kept);
    }

    private void print(BertConfig config, LayerSet recomputed, Extents limits, PrintWriter out) {
        Plan plan = plan(config, recomputed, limits);
        out.println(plan.graph().name());
        out.println("batch of %d sequences of %d: %,d tokens, %,d narrow rows, %,d kept rows"
                .formatted(batchSize, maxSeqLength, limits.tokens(), limits.narrow(), limits.kept()));
        out.println();
        PlanText.ops(plan, CostModel.TYPICAL).forEach(out::println);
        out.println();
        double gigaflop = plan.flops(limits) / 1e9;
        out.println("sum %,.2f GFLOP, %,.2f MFLOP a token".formatted(gigaflop, 1e3 * gigaflop / limits.tokens()));
        out.println();
        if (plan.trains()) {
            try (Backend backend = compute.open()) {
                out.println(
                        "memory off the heap, %s backend on %d threads".formatted(backend.name(), compute.threads()));
                memory(plan, backend).lines().forEach(out::println);
                out.println();
                out.println("  %-34s %14s %14s %14s"
                        .formatted("gradient checkpointing of", "activations", "memory in all", "GFLOP a step"));
                LayerSet some = recomputed.isEmpty() ? LayerSet.all(config.layout()) : recomputed;
                compare("no layer", plan(config, LayerSet.NONE, limits), backend, out);
                compare("layers " + some, plan(config, some, limits), backend, out);
            }
            out.println();
        }
        BertConfig dense = config.withLayout(config.layout().denseBaseline());
        Plan baseline = plan(dense, LayerSet.NONE, limits);
        out.println("predicted speed-up over %s: %.2f (FLOPs alone: %.2f)"
                .formatted(
                        dense.layout().text(),
                        seconds(baseline, limits) / seconds(plan, limits),
                        baseline.flops(limits) / plan.flops(limits)));
    }

    private static TrainingMemory memory(Plan plan, Backend backend) {
        return TrainingMemory.of(
                plan,
                Parameters.elements(plan.graph().parameters()),
                backend.elementType().bytes(),
                backend.workspaceBytes());
    }

    private static void compare(String layers, Plan plan, Backend backend, PrintWriter out) {
        TrainingMemory memory = memory(plan, backend);
        out.println("  %-34s %,11.1f MB %,11.1f MB %,14.2f"
                .formatted(layers, memory.activations() / 1e6, memory.total() / 1e6, plan.flops(plan.limits()) / 1e9));
    }

    private static double seconds(Plan plan, Extents limits) {
        double update =
                CostModel.TYPICAL.updateSeconds(Parameters.elements(plan.graph().parameters()));
        return CostModel.TYPICAL.seconds(plan.ops(), limits) + (plan.trains() ? update : 0);
    }

    private Plan plan(BertConfig config, LayerSet recomputed, Extents limits) {
        return inference
                ? Plan.inference(MaskedLanguageModel.inference(config).graph(), limits)
                : MaskedLanguageModel.training(config).trainingPlan(limits, recomputed);
    }
}
