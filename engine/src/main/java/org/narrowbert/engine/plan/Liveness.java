package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;

/**
 * Finds each activation's lifetime in a sequence of ops. An op of the forward pass writes the whole of its results: what they held before, if
 * it runs for the second time, nobody needs from its last reader on.
 */
final class Liveness {
    private final Map<Activation, List<Lifetime.Interval>> intervals = new LinkedHashMap<>();

    private Liveness() {}

    /**
     * Lifetimes of all activations that the ops touch.
     *
     * @param ops in the order in which they run
     * @param given values from outside, by the index of the op before which they arrive
     * @param kept values that are read from outside after the last op
     */
    static Map<Activation, Lifetime> of(List<Op> ops, Map<Activation, Integer> given, Set<Activation> kept) {
        Liveness liveness = new Liveness();
        given.forEach(liveness::begin);
        for (int index = 0; index < ops.size(); index++) {
            liveness.run(ops.get(index), index);
        }
        Map<Activation, Lifetime> lifetimes = new LinkedHashMap<>();
        liveness.intervals.forEach((activation, own) -> lifetimes.put(
                activation,
                kept.contains(activation) ? Lifetime.of(own.getFirst().first(), ops.size()) : new Lifetime(own)));
        return lifetimes;
    }

    private void run(Op op, int index) {
        for (Operand read : op.reads()) {
            if (read instanceof Activation activation) {
                goOn(activation, index);
            }
        }
        for (Operand written : op.writes()) {
            if (written instanceof Activation activation) {
                if (op instanceof Op.Differentiable) {
                    begin(activation, index);
                } else {
                    goOn(activation, index);
                }
            }
        }
    }

    private void begin(Activation activation, int index) {
        intervals.computeIfAbsent(activation, key -> new ArrayList<>()).add(new Lifetime.Interval(index, index));
    }

    private void goOn(Activation activation, int index) {
        List<Lifetime.Interval> own = intervals.get(activation);
        if (own == null) {
            begin(activation, index);
        } else {
            own.add(new Lifetime.Interval(own.removeLast().first(), index));
        }
    }
}
