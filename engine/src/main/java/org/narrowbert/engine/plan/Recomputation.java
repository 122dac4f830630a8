package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;

/**
 * Gradient checkpointing: a backward pass in which parts of the forward pass run once more, each just before its gradient ops, so that what
 * they make need not be kept in between. The very same ops run again at the same places; dropout is a function of where it is used, and so
 * every value is the same to the last bit.
 */
final class Recomputation {
    private final Graph graph;
    private final List<Op> backward;
    private final Set<Operand> kept;
    private final Map<Integer, List<Op>> insertions = new LinkedHashMap<>();

    private Recomputation(Graph graph, List<Op> backward, Set<Operand> kept) {
        this.graph = graph;
        this.backward = backward;
        this.kept = kept;
    }

    /**
     * The backward pass with what is made again.
     *
     * @param backward gradient ops of the graph
     * @param segments parts of the graph's ops, each in order and none in two; what ops outside of a segment read of it is kept
     * @param kept what must not be made again besides
     */
    static List<Op> of(Graph graph, List<Op> backward, List<List<Op>> segments, Set<? extends Operand> kept) {
        Recomputation recomputation = new Recomputation(graph, backward, Set.copyOf(kept));
        Set<Op> seen = new HashSet<>();
        for (List<Op> segment : segments) {
            if (!graph.ops().containsAll(segment) || !segment.stream().allMatch(seen::add)) {
                throw new IllegalArgumentException("a segment has an op that is not the graph's or in two segments");
            }
            recomputation.insert(segment);
        }
        List<Op> all = new ArrayList<>();
        for (int index = 0; index < backward.size(); index++) {
            all.addAll(recomputation.insertions.getOrDefault(index, List.of()));
            all.add(backward.get(index));
        }
        return all;
    }

    /** Notes a segment's ops before the first gradient op that reads one of its inner values. */
    private void insert(List<Op> segment) {
        Set<Operand> inner = inner(segment);
        Set<Operand> wanted = new HashSet<>();
        int first = backward.size();
        for (int index = backward.size() - 1; index >= 0; index--) {
            for (Operand read : backward.get(index).reads()) {
                if (inner.contains(read)) {
                    wanted.add(read);
                    first = index;
                }
            }
        }
        insertions.computeIfAbsent(first, index -> new ArrayList<>()).addAll(makers(segment, inner, wanted));
    }

    /** What a segment writes and only its own ops read. */
    private Set<Operand> inner(List<Op> segment) {
        Set<Operand> inner = new HashSet<>();
        segment.forEach(op -> inner.addAll(op.writes()));
        Set<Op> own = new HashSet<>(segment);
        for (Op op : graph.ops()) {
            if (!own.contains(op)) {
                op.reads().forEach(inner::remove);
            }
        }
        graph.outputs().forEach(inner::remove);
        inner.removeAll(kept);
        return inner;
    }

    /** The ops of a segment that make what is wanted, and what they read of the segment in turn. */
    private static List<Op> makers(List<Op> segment, Set<Operand> inner, Set<Operand> wanted) {
        List<Op> makers = new ArrayList<>();
        for (Op op : segment.reversed()) {
            if (op.writes().stream().anyMatch(wanted::contains)) {
                makers.add(op);
                op.reads().stream().filter(inner::contains).forEach(wanted::add);
            }
        }
        return makers.reversed();
    }
}
