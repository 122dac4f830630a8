package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.narrowbert.engine.backend.AbsorbedSizes;
import org.narrowbert.engine.backend.KernelWidths;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.Derivation;
import org.narrowbert.engine.graph.DropoutOp;
import org.narrowbert.engine.graph.EmbeddingOp;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.NarrowAttentionOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.RowOp;
import org.narrowbert.engine.graph.StackedLinearOp;
import org.narrowbert.engine.tensor.Extents;

/**
 * How a graph is run: its ops in order, those of its backward pass, and where every activation lies.
 *
 * @param graph what is computed
 * @param limits the largest batch that fits
 * @param forward ops of the forward pass
 * @param backward ops of the backward pass, and among them those of the forward pass that make again what was not kept; empty for inference
 * @param gradients the gradient of each operand that has one; a parameter stands for its own place in the gradients
 * @param memory where activations lie
 * @param savedElements elements of the activations that the forward pass makes and the backward pass reads, at the limits
 * @param forms chooses the form of each sequence's narrow attention
 */
public record Plan(
        Graph graph,
        Extents limits,
        List<Op> forward,
        List<Op> backward,
        Map<Operand, Operand> gradients,
        MemoryMap memory,
        long savedElements,
        NarrowForms forms) {
    public Plan {
        forward = List.copyOf(forward);
        backward = List.copyOf(backward);
        gradients = Map.copyOf(gradients);
    }

    /** A plan of the forward pass alone. */
    public static Plan inference(Graph graph, Extents limits) {
        return inference(graph, limits, Set.of());
    }

    /** A plan of the forward pass alone that keeps further activations to be looked at. */
    public static Plan inference(Graph graph, Extents limits, Set<Activation> kept) {
        return inference(graph, limits, kept, NarrowAttentionChoice.DEFAULT);
    }

    /** The same with another choice of narrow attention's form. */
    public static Plan inference(Graph graph, Extents limits, Set<Activation> kept, NarrowAttentionChoice choice) {
        NarrowForms forms = new NarrowForms(choice, graph.ops());
        int projected = forms.mostProjected(limits, graph.longestSequence(limits.longest()));
        Derivation.Result nothing = new Derivation.Result(List.of(), Map.of());
        return of(graph, limits.projecting(projected), nothing, kept, forms);
    }

    /** A plan of the forward and the backward pass. */
    public static Plan training(Graph graph, Extents limits) {
        return training(graph, limits, NarrowAttentionChoice.DEFAULT);
    }

    /** The same with another choice of narrow attention's form. */
    public static Plan training(Graph graph, Extents limits, NarrowAttentionChoice choice) {
        return recomputing(graph, limits, List.of(), choice);
    }

    /**
     * A plan of the forward and the backward pass that does not keep all that the backward pass reads.
     *
     * @param segments parts of the graph's ops whose results are made again just before their gradients (gradient checkpointing); what others
     *     read of them is kept
     */
    public static Plan recomputing(Graph graph, Extents limits, List<List<Op>> segments) {
        return recomputing(graph, limits, segments, NarrowAttentionChoice.DEFAULT);
    }

    /** The same with another choice of narrow attention's form. */
    public static Plan recomputing(Graph graph, Extents limits, List<List<Op>> segments, NarrowAttentionChoice choice) {
        Derivation.Result derived = Derivation.of(graph);
        List<Op> backward = Recomputation.of(graph, derived.ops(), segments, Set.of());
        List<Op> once =
                Stream.concat(graph.ops().stream(), derived.ops().stream()).toList();
        NarrowForms forms = new NarrowForms(choice, once);
        int projected = forms.mostProjectedInTraining(limits, graph.longestSequence(limits.longest()));
        Derivation.Result result = new Derivation.Result(backward, derived.gradients());
        return of(graph, limits.projecting(projected), result, Set.of(), forms);
    }

    private static Plan of(
            Graph graph, Extents limits, Derivation.Result derived, Set<Activation> alsoKept, NarrowForms forms) {
        List<Op> ops = new ArrayList<>(graph.ops());
        ops.addAll(derived.ops());
        Map<Activation, Integer> values = new LinkedHashMap<>();
        graph.inputs().forEach(input -> values.put(input, 0));
        Set<Activation> kept = new HashSet<>(alsoKept);
        kept.addAll(graph.outputs());
        for (Activation output : graph.outputs()) {
            if (derived.gradients().get(output) instanceof Activation gradient) {
                values.put(gradient, Math.max(0, graph.ops().size() - 1));
            }
        }
        for (Activation input : graph.inputs()) {
            if (derived.gradients().get(input) instanceof Activation gradient) {
                kept.add(gradient);
            }
        }
        MemoryMap memory = MemoryMap.of(ops, Liveness.of(ops, values, kept), limits);
        return new Plan(
                graph,
                limits,
                graph.ops(),
                derived.ops(),
                derived.gradients(),
                memory,
                savedElements(graph, derived.ops(), limits),
                forms);
    }

    private static long savedElements(Graph graph, List<Op> backward, Extents limits) {
        Set<Operand> made = new HashSet<>();
        graph.ops().forEach(op -> made.addAll(op.writes()));
        Set<Operand> saved = new HashSet<>();
        for (Op op : backward) {
            op.reads().stream().filter(made::contains).forEach(saved::add);
            op.writes().forEach(made::remove);
        }
        return saved.stream()
                .mapToLong(operand ->
                        operand instanceof Activation activation ? MemoryMap.elements(activation, limits) : 0)
                .sum();
    }

    /** Whether it has a backward pass. */
    public boolean trains() {
        return !backward.isEmpty();
    }

    /** What the kernels of its ops need room for. */
    public KernelWidths widths() {
        int head = 0;
        int normalized = 0;
        int dropped = 0;
        int summed = 0;
        AbsorbedSizes absorbed = AbsorbedSizes.NONE;
        for (Op op : ops()) {
            switch (op) {
                case AttentionOp.Attention attention ->
                    head = Math.max(head, attention.query().columns() / attention.heads());
                case NormalizeOp normalize ->
                    normalized =
                            Math.max(normalized, normalize.writes().getLast().columns());
                case LinearOp.BiasGradient bias ->
                    summed = Math.max(summed, bias.outputGradient().columns());
                case LossOp.CrossEntropyGradient loss ->
                    summed = Math.max(summed, loss.chunk().columns());
                case NarrowAttentionOp.NarrowAttention attention -> {
                    head = Math.max(head, attention.query().columns() / attention.heads());
                    absorbed = absorbed(attention);
                }
                case AttentionOp.AttentionGradient gradient -> {}
                case NarrowAttentionOp.NarrowAttentionGradient gradient -> {}
                case StackedLinearOp.StackedBiasGradient bias ->
                    summed = Math.max(summed, bias.outputGradient().count());
                case StackedLinearOp other -> {}
                case LinearOp other -> {}
                case DropoutOp dropout ->
                    dropped = Math.max(dropped, dropout.writes().getLast().columns());
                case RowOp rows -> {}
                case EmbeddingOp embedding -> {}
                case LossOp.CrossEntropy forward -> {}
            }
        }
        return new KernelWidths(head, normalized, dropped, summed, absorbed, trains());
    }

    /** What absorbed attention may have to do: each sequence's form is its own, so that any of them may be absorbed. */
    private AbsorbedSizes absorbed(NarrowAttentionOp.NarrowAttention attention) {
        if (limits.narrow() == 0 || !forms.mayAbsorb()) {
            return AbsorbedSizes.NONE;
        }
        return new AbsorbedSizes(
                limits.sequences(),
                limits.tokens(),
                graph.longestSequence(limits.longest()),
                limits.narrow(),
                attention.heads(),
                attention.query().columns(),
                attention.source().columns());
    }

    /** All ops, forward then backward. */
    public List<Op> ops() {
        List<Op> all = new ArrayList<>(forward);
        all.addAll(backward);
        return all;
    }

    /** FLOPs of all ops for a batch, of those too that run a second time; a multiplication with its addition counts as two. */
    public double flops(Extents batch) {
        Extents even = evenly(batch);
        return ops().stream().mapToDouble(op -> op.cost(even).flops()).sum();
    }

    /** FLOPs of the forward pass' ops that the backward pass runs a second time; part of {@link #flops}. */
    public double recomputedFlops(Extents batch) {
        return backward.stream()
                .filter(op -> op instanceof Op.Differentiable)
                .mapToDouble(op -> op.cost(evenly(batch)).flops())
                .sum();
    }

    /** Predicted seconds of all ops for a batch. */
    public double seconds(CostModel costs, Extents batch) {
        return costs.seconds(ops(), evenly(batch));
    }

    /** The extents with the rows that are projected if all sequences are equally long and have equally many narrow rows. */
    public Extents evenly(Extents batch) {
        if (!forms.isThereAny() || batch.sequences() == 0) {
            return batch;
        }
        NarrowForm form = forms.form(batch.tokens() / batch.sequences(), batch.narrow() / batch.sequences());
        return batch.projecting(form == NarrowForm.PROJECTED ? batch.tokens() : 0);
    }
}
