package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Alias;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.tensor.Extents;

/**
 * A place for every activation in one buffer; values that are never alive together may share a place.
 *
 * @param offsets first element of each activation, a multiple of {@value #ALIGNMENT}
 * @param elements size of the buffer
 */
public record MemoryMap(Map<Activation, Long> offsets, long elements) {
    /** Every place starts at a multiple of so many elements: 64 bytes of float32. */
    static final int ALIGNMENT = 16;

    public MemoryMap {
        offsets = Map.copyOf(offsets);
    }

    /** A run of elements for one or several activations that follow each other at the same place. */
    private record Block(List<Activation> activations, Lifetime lifetime, long elements) {
        Block join(Block next) {
            List<Activation> both = new ArrayList<>(activations);
            both.addAll(next.activations);
            return new Block(both, lifetime.union(next.lifetime), elements);
        }
    }

    private record Placed(Block block, long offset) {
        long end() {
            return offset + block.elements;
        }
    }

    /** Places all activations, the largest first, each at the lowest offset that is free during its lifetime. */
    static MemoryMap of(List<Op> ops, Map<Activation, Lifetime> lifetimes, Extents limits) {
        Map<Activation, Block> blocks = new LinkedHashMap<>();
        lifetimes.forEach((activation, lifetime) ->
                blocks.put(activation, new Block(List.of(activation), lifetime, elements(activation, limits))));
        for (int index = 0; index < ops.size(); index++) {
            for (Alias alias : ops.get(index).aliases()) {
                if (alias.one() instanceof Activation one && alias.other() instanceof Activation other) {
                    share(blocks, one, other, at -> allows(ops, at, alias));
                }
            }
        }
        List<Block> order = new ArrayList<>(blocks.values().stream().distinct().toList());
        order.sort(Comparator.comparingLong(Block::elements)
                .reversed()
                .thenComparingInt(block -> block.lifetime().first()));
        List<Placed> placed = new ArrayList<>();
        Map<Activation, Long> offsets = new LinkedHashMap<>();
        long end = 0;
        for (Block block : order) {
            Placed place = new Placed(block, lowestFreeOffset(block, placed));
            insertByOffset(placed, place);
            block.activations().forEach(activation -> offsets.put(activation, place.offset()));
            end = Math.max(end, place.end());
        }
        return new MemoryMap(offsets, end);
    }

    /** Elements that an activation takes at the limits, rounded up to the alignment. */
    static long elements(Activation activation, Extents limits) {
        long elements = (long) limits.rows(activation.rows()) * activation.columns();
        return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The op at an index, if there is one, works when both lie at the same place. */
    private static boolean allows(List<Op> ops, int index, Alias alias) {
        return index < ops.size() && ops.get(index).aliases().contains(alias);
    }

    /** Joins two blocks if wherever they meet one ends and the other begins in an op that allows it. */
    private static void share(Map<Activation, Block> blocks, Activation one, Activation other, IntPredicate allowed) {
        Block earlier = blocks.get(one);
        Block later = blocks.get(other);
        if (earlier == null || later == null || earlier.equals(later) || one.rows() != other.rows()) {
            return;
        }
        if (earlier.elements() == later.elements() && earlier.lifetime().isFollowedBy(later.lifetime(), allowed)) {
            Block joined = earlier.join(later);
            joined.activations().forEach(activation -> blocks.put(activation, joined));
        }
    }

    private static long lowestFreeOffset(Block block, List<Placed> placedByOffset) {
        long offset = 0;
        for (Placed other : placedByOffset) {
            if (other.block().lifetime().overlaps(block.lifetime())) {
                if (offset + block.elements() <= other.offset()) {
                    return offset;
                }
                offset = Math.max(offset, other.end());
            }
        }
        return offset;
    }

    private static void insertByOffset(List<Placed> placed, Placed place) {
        int index = 0;
        while (index < placed.size() && placed.get(index).offset() <= place.offset()) {
            index++;
        }
        placed.add(index, place);
    }
}
