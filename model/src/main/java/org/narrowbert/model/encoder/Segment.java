package org.narrowbert.model.encoder;

import java.util.List;
import org.narrowbert.engine.graph.Op;
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
}
