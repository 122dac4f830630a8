package org.narrowbert.cli.plan;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.cli.report.Report;
import org.narrowbert.cli.terminal.Counted;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.InferenceMemory;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.NarrowForm;
import org.narrowbert.engine.plan.NarrowForms;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.plan.PlanText;
import org.narrowbert.engine.plan.TrainingMemory;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Layout;

/**
 * What {@code narrowbert plan} prints of a model, and what a run keeps for its report.
 *
 * @param config the model
 * @param narrowing how few rows are computed
 * @param recomputed layers that a training step computes twice
 * @param limits the batch
 * @param inference the head that inference is for; empty where it is about a training step
 * @param trained what a training step computes
 */
public record PlanSheet(
        BertConfig config,
        Narrowing narrowing,
        LayerSet recomputed,
        Extents limits,
        Optional<PlannedHead> inference,
        TrainedModel trained) {
    /** What a training step computes, planned for some rows of the last layer, layers that are computed twice, and a batch. */
    public interface TrainedModel {
        Plan plan(BertConfig config, LastLayer last, LayerSet twice, Extents limits, NarrowAttentionChoice attention);
    }

    private static final TrainedModel MASKED_LANGUAGE_MODEL = (config, last, twice, limits, attention) ->
            MaskedLanguageModel.training(config, last).trainingPlan(limits, twice, attention);

    /** Of a step of pretraining. */
    public static PlanSheet ofTraining(BertConfig config, Narrowing narrowing, LayerSet recomputed, Extents limits) {
        return ofTraining(config, narrowing, recomputed, limits, MASKED_LANGUAGE_MODEL);
    }

    /** Of a training step of some model. */
    public static PlanSheet ofTraining(
            BertConfig config, Narrowing narrowing, LayerSet recomputed, Extents limits, TrainedModel trained) {
        return new PlanSheet(config, narrowing, recomputed, limits, Optional.empty(), trained);
    }

    /** Of inference. */
    static PlanSheet ofInference(BertConfig config, Narrowing narrowing, PlannedHead head, Extents limits) {
        return new PlanSheet(config, narrowing, LayerSet.NONE, limits, Optional.of(head), MASKED_LANGUAGE_MODEL);
    }

    /**
     * All lines.
     *
     * @param threads of the backend
     */
    List<String> lines(Backend backend, int threads) {
        Plan plan = plan(config, narrowing.lastLayer(), recomputed);
        List<String> lines = new ArrayList<>();
        lines.add(plan.graph().name());
        lines.add("batch of %s of %d: %s, %s, %s"
                .formatted(
                        Counted.of(limits.sequences(), "sequence"),
                        limits.tokens() / limits.sequences(),
                        Counted.of(limits.tokens(), "token"),
                        Counted.of(limits.narrow(), "narrow row"),
                        Counted.of(limits.kept(), "kept row")));
        lines.add("");
        lines.addAll(PlanText.ops(plan, costs()));
        lines.add("");
        double gigaflop = plan.flops(limits) / 1e9;
        lines.add("sum %,.2f GFLOP, %,.2f MFLOP a token".formatted(gigaflop, 1e3 * gigaflop / limits.tokens()));
        lines.add("");
        lines.add("memory off the heap, %s backend on %s".formatted(backend.name(), Counted.of(threads, "thread")));
        lines.addAll(plan.trains() ? trainingMemory(plan, backend) : inferenceMemory(plan, backend));
        lines.add("");
        inference.flatMap(head -> head.warning(limits)).ifPresent(lines::add);
        lines.add(lastLayerLine());
        narrowAttentionLine(plan).ifPresent(lines::add);
        lines.addAll(speedUps(plan));
        return lines;
    }

    /**
     * Writes all lines into a run's folder.
     *
     * @param threads of the backend
     * @throws org.narrowbert.engine.error.RunError when it cannot be written
     */
    public void write(Path run, Backend backend, int threads) {
        String text = String.join("\n", lines(backend, threads)) + "\n";
        DurableFile.write(run.resolve(Report.PLAN), text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> trainingMemory(Plan plan, Backend backend) {
        List<String> lines =
                new ArrayList<>(memory(plan, backend).savingInBackground().lines());
        lines.add("");
        lines.add("  %-34s %14s %14s %14s"
                .formatted("gradient checkpointing of", "activations", "memory in all", "GFLOP a step"));
        LayerSet some = recomputed.isEmpty() ? LayerSet.all(config.layout()) : recomputed;
        lines.add(checkpointing("no layer", plan(config, narrowing.lastLayer(), LayerSet.NONE), backend));
        lines.add(checkpointing("layers " + some, plan(config, narrowing.lastLayer(), some), backend));
        return lines;
    }

    private static List<String> inferenceMemory(Plan plan, Backend backend) {
        backend.reserve(plan.widths());
        return InferenceMemory.of(
                        plan,
                        Parameters.elements(plan.graph().parameters()),
                        backend.elementType().bytes(),
                        backend.workspaceBytes())
                .lines();
    }

    private static TrainingMemory memory(Plan plan, Backend backend) {
        backend.reserve(plan.widths());
        return TrainingMemory.of(
                plan,
                Parameters.elements(plan.graph().parameters()),
                backend.elementType().bytes(),
                backend.workspaceBytes());
    }

    private static String checkpointing(String layers, Plan plan, Backend backend) {
        TrainingMemory memory = memory(plan, backend);
        return "  %-34s %,11.1f MB %,11.1f MB %,14.2f"
                .formatted(layers, memory.activations() / 1e6, memory.total() / 1e6, plan.flops(plan.limits()) / 1e9);
    }

    /** On which rows the last layer is computed, and what the other way would cost. */
    private String lastLayerLine() {
        double full = plan(config, LastLayer.FULL, recomputed).flops(limits);
        double narrowed = plan(config, LastLayer.NARROWED, recomputed).flops(limits);
        String saved = "%,.2f GFLOP, %.1f%% of %,.2f"
                .formatted((full - narrowed) / 1e9, 100 * (1 - narrowed / full), full / 1e9);
        if (full <= narrowed && narrowing.lastLayer() == LastLayer.NARROWED && readsAllRows()) {
            return "last layer: of narrow rows, which are all (--narrow-last-layer auto); off would compute it as the others";
        }
        if (full <= narrowed) {
            return "last layer: nothing left of the colon can be narrowed (--narrow-last-layer)";
        }
        return switch (narrowing.lastLayer()) {
            case NARROWED ->
                "last layer on the rows that the head reads: saves " + saved + " (--narrow-last-layer auto)";
            case FULL -> "last layer on all rows (--narrow-last-layer off): auto would save " + saved;
        };
    }

    /** Whether the last layer would have fewer rows if the head read fewer. */
    private boolean readsAllRows() {
        Layout layout = config.layout().withoutBrackets();
        return inference.isPresent()
                && limits.narrow() == limits.tokens()
                && !layout.narrowedSteps().equals(layout.steps());
    }

    /** Which form narrow attention takes here, and why. */
    private Optional<String> narrowAttentionLine(Plan plan) {
        if (!plan.forms().isThereAny() || limits.narrow() == 0) {
            return Optional.empty();
        }
        int tokens = limits.tokens() / limits.sequences();
        int narrow = Math.max(1, limits.narrow() / limits.sequences());
        NarrowForms forms = plan.forms();
        String why = switch (narrowing.attention().wanted()) {
            case AUTO ->
                "%s of %s: absorbed up to %d (--narrow-attention auto)"
                        .formatted(
                                Counted.of(narrow, "narrow row"),
                                Counted.of(tokens, "token"),
                                forms.mostAbsorbed(tokens));
            case PROJECTED, ABSORBED ->
                "--narrow-attention " + narrowing.attention().wanted().text();
        };
        return Optional.of("narrow attention %s: %s; predicted for a sequence: projected %.2f ms, absorbed %.2f ms"
                .formatted(
                        forms.form(tokens, narrow).name().toLowerCase(Locale.ROOT),
                        why,
                        1e3 * forms.seconds(NarrowForm.PROJECTED, tokens, narrow),
                        1e3 * forms.seconds(NarrowForm.ABSORBED, tokens, narrow)));
    }

    /** Over plain BERT as it is computed everywhere, and, beside it, with its last layer narrowed too. */
    private List<String> speedUps(Plan plan) {
        BertConfig dense = config.withLayout(config.layout().denseBaseline());
        String name = dense.layout().text();
        return List.of(
                speedUp(plan, name, plan(dense, LastLayer.FULL, LayerSet.NONE)),
                speedUp(plan, name + " with its last layer narrowed", plan(dense, LastLayer.NARROWED, LayerSet.NONE)));
    }

    private String speedUp(Plan plan, String name, Plan baseline) {
        return "predicted speed-up over %s: %.2f (FLOPs alone: %.2f)"
                .formatted(name, seconds(baseline) / seconds(plan), baseline.flops(limits) / plan.flops(limits));
    }

    private double seconds(Plan plan) {
        double update = costs().updateSeconds(Parameters.elements(plan.graph().parameters()));
        return plan.seconds(costs(), limits) + (plan.trains() ? update : 0);
    }

    private CostModel costs() {
        return narrowing.attention().costs();
    }

    private Plan plan(BertConfig model, LastLayer last, LayerSet twice) {
        return inference
                .map(head -> Plan.inference(head.inference(model, last), limits, Set.of(), narrowing.attention()))
                .orElseGet(() -> trained.plan(model, last, twice, limits, narrowing.attention()));
    }
}
