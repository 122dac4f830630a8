package org.narrowbert.engine.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;

/** Finds each activation's lifetime in a sequence of ops. */
final class Liveness {
    private Liveness() {}

    /**
     * Lifetimes of all activations that the ops touch.
     *
     * @param ops in the order in which they run
     * @param given values from outside, by the index of the op before which they arrive
     * @param kept values that are read from outside after the last op
     */
    static Map<Activation, Lifetime> of(List<Op> ops, Map<Activation, Integer> given, Set<Activation> kept) {
        Map<Activation, Lifetime> lifetimes = new LinkedHashMap<>();
        given.forEach((activation, index) -> lifetimes.put(activation, new Lifetime(index, index)));
        for (int index = 0; index < ops.size(); index++) {
            touch(ops.get(index).reads(), index, lifetimes);
            touch(ops.get(index).writes(), index, lifetimes);
        }
        for (Activation activation : kept) {
            lifetimes.computeIfPresent(activation, (key, lifetime) -> new Lifetime(lifetime.first(), ops.size()));
        }
        return lifetimes;
    }

    private static void touch(List<Operand> operands, int index, Map<Activation, Lifetime> lifetimes) {
        for (Operand operand : operands) {
            if (operand instanceof Activation activation) {
                lifetimes.merge(activation, new Lifetime(index, index), Lifetime::union);
            }
        }
    }
}
