package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narrowbert.engine.backend.KernelWidths;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.AttentionOp;
import org.narrowbert.engine.graph.Derivation;
import org.narrowbert.engine.graph.EmbeddingOp;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.NormalizeOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.RowOp;
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
 */
public record Plan(
        Graph graph,
        Extents limits,
        List<Op> forward,
        List<Op> backward,
        Map<Operand, Operand> gradients,
        MemoryMap memory,
        long savedElements) {
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
        return of(graph, limits, new Derivation.Result(List.of(), Map.of()), kept);
    }

    /** A plan of the forward and the backward pass. */
    public static Plan training(Graph graph, Extents limits) {
        return training(graph, limits, Set.of());
    }

    /** A plan of the forward and the backward pass that keeps further activations to be looked at. */
    public static Plan training(Graph graph, Extents limits, Set<Activation> kept) {
        return of(graph, limits, Derivation.of(graph), kept);
    }

    /**
     * A plan of the forward and the backward pass that does not keep all that the backward pass reads.
     *
     * @param segments parts of the graph's ops whose results are made again just before their gradients (gradient checkpointing); what others
     *     read of them is kept
     */
    public static Plan recomputing(Graph graph, Extents limits, List<List<Op>> segments) {
        Derivation.Result derived = Derivation.of(graph);
        List<Op> backward = Recomputation.of(graph, derived.ops(), segments, Set.of());
        return of(graph, limits, new Derivation.Result(backward, derived.gradients()), Set.of());
    }

    private static Plan of(Graph graph, Extents limits, Derivation.Result derived, Set<Activation> alsoKept) {
        List<Op> ops = new ArrayList<>(graph.ops());
        ops.addAll(derived.ops());
        Map<Activation, Integer> given = new LinkedHashMap<>();
        graph.inputs().forEach(input -> given.put(input, 0));
        Set<Activation> kept = new HashSet<>(alsoKept);
        kept.addAll(graph.outputs());
        for (Activation output : graph.outputs()) {
            if (derived.gradients().get(output) instanceof Activation gradient) {
                given.put(gradient, Math.max(0, graph.ops().size() - 1));
            }
        }
        for (Activation input : graph.inputs()) {
            if (derived.gradients().get(input) instanceof Activation gradient) {
                kept.add(gradient);
            }
        }
        MemoryMap memory = MemoryMap.of(ops, Liveness.of(ops, given, kept), limits);
        return new Plan(
                graph,
                limits,
                graph.ops(),
                derived.ops(),
                derived.gradients(),
                memory,
                savedElements(graph, derived.ops(), limits));
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
        int summed = 0;
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
                case AttentionOp.AttentionGradient gradient -> {}
                case LinearOp other -> {}
                case RowOp rows -> {}
                case EmbeddingOp embedding -> {}
                case LossOp.CrossEntropy forward -> {}
            }
        }
        return new KernelWidths(head, normalized, summed, trains());
    }

    /** All ops, forward then backward. */
    public List<Op> ops() {
        List<Op> all = new ArrayList<>(forward);
        all.addAll(backward);
        return all;
    }

    /** FLOPs of all ops for a batch, of those too that run a second time; a multiplication with its addition counts as two. */
    public double flops(Extents batch) {
        return ops().stream().mapToDouble(op -> op.cost(batch).flops()).sum();
    }

    /** FLOPs of the forward pass' ops that the backward pass runs a second time; part of {@link #flops}. */
    public double recomputedFlops(Extents batch) {
        return backward.stream()
                .filter(op -> op instanceof Op.Differentiable)
                .mapToDouble(op -> op.cost(batch).flops())
                .sum();
    }
}
