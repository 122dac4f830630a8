package org.narrowbert.model.encoder;

import java.util.List;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.layout.LayerSet;
import org.narrowbert.model.layout.Sublayer;

/**
 * Neighbouring sublayers of one layer and their ops: what gradient checkpointing computes a second time in one go.
 *
 * @param sublayer the first of them
 * @param ops in order
 */
public record Segment(Sublayer sublayer, List<Op> ops) {
    public Segment {
        ops = List.copyOf(ops);
    }

    /**
     * How training runs.
     *
     * @param segments of the graph's encoder
     * @param limits the largest micro-batch
     * @param recomputed layers whose activations are not kept for the backward pass but made again in it
     * @param attention which form narrow attention takes
     */
    public static Plan trainingPlan(
            Graph graph, List<Segment> segments, Extents limits, LayerSet recomputed, NarrowAttentionChoice attention) {
        return Plan.recomputing(
                graph,
                limits,
                segments.stream()
                        .filter(segment -> recomputed.contains(segment.sublayer()))
                        .map(Segment::ops)
                        .toList(),
                attention);
    }
}
