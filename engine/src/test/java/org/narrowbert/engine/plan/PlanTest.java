package org.narrowbert.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.tensor.Extents;

class PlanTest {
    private static final OpCase.Sizes SIZES = new OpCase.Sizes(101, 32, 48, 4, 16);
    private static final Extents LIMITS = new Extents(4, 64, 24, 40);

    @Test
    void valuesThatAreAliveTogetherNeverOverlapUnlessTheKernelAllowsIt() {
        for (OpCase opCase : OpCase.all(SIZES)) {
            Plan plan = Plan.training(opCase.graph(), LIMITS);
            List<Op> ops = plan.ops();
            Map<Activation, Lifetime> lifetimes = Liveness.of(ops, Map.of(), Set.of());
            for (Activation one : lifetimes.keySet()) {
                for (Activation other : lifetimes.keySet()) {
                    if (!one.equals(other) && overlap(plan, one, other)) {
                        Lifetime first = Objects.requireNonNull(lifetimes.get(one));
                        Lifetime second = Objects.requireNonNull(lifetimes.get(other));
                        assertThat(!first.overlaps(second) || meetInAnAlias(ops, first, second, one, other))
                                .as("%s: %s and %s share a place", opCase, one, other)
                                .isTrue();
                    }
                }
            }
        }
    }

    private static boolean overlap(Plan plan, Activation one, Activation other) {
        long first = Objects.requireNonNull(plan.memory().offsets().get(one));
        long second = Objects.requireNonNull(plan.memory().offsets().get(other));
        return first < second + MemoryMap.elements(other, LIMITS) && second < first + MemoryMap.elements(one, LIMITS);
    }

    private static boolean meetInAnAlias(
            List<Op> ops, Lifetime first, Lifetime second, Activation one, Activation other) {
        return first.intervals().stream()
                .allMatch(own -> second.intervals().stream()
                        .filter(own::overlaps)
                        .allMatch(others -> Math.max(own.first(), others.first()) == Math.min(own.last(), others.last())
                                && mayShare(ops.get(Math.max(own.first(), others.first())), one, other)));
    }

    private static boolean mayShare(Op op, Activation one, Activation other) {
        return op.aliases().stream()
                .anyMatch(alias -> Set.of(alias.one(), alias.other()).equals(Set.<Operand>of(one, other)));
    }

    @Test
    void aLifetimeThatIsInterruptedOverlapsOnlyWhereItIsAlive() {
        Lifetime interrupted = new Lifetime(List.of(new Lifetime.Interval(2, 4), new Lifetime.Interval(9, 12)));
        assertThat(interrupted.overlaps(Lifetime.of(5, 8))).isFalse();
        assertThat(interrupted.overlaps(Lifetime.of(0, 1))).isFalse();
        assertThat(interrupted.overlaps(Lifetime.of(13, 20))).isFalse();
        assertThat(interrupted.overlaps(Lifetime.of(4, 5))).isTrue();
        assertThat(interrupted.overlaps(Lifetime.of(8, 9))).isTrue();
        assertThat(interrupted.union(Lifetime.of(4, 6)))
                .isEqualTo(new Lifetime(List.of(new Lifetime.Interval(2, 6), new Lifetime.Interval(9, 12))));
        assertThat(interrupted.union(Lifetime.of(3, 10))).isEqualTo(Lifetime.of(2, 12));
        Lifetime next = new Lifetime(List.of(new Lifetime.Interval(4, 5), new Lifetime.Interval(12, 14)));
        assertThat(interrupted.isFollowedBy(next, op -> true)).isTrue();
        assertThat(interrupted.isFollowedBy(next, op -> op == 4)).isFalse();
        assertThat(next.isFollowedBy(interrupted, op -> true)).isFalse();
    }

    @Test
    void everyPlaceBeginsOnACacheLineAndEndsInsideTheBuffer() {
        Graph graph = OpCase.all(SIZES).getLast().graph();
        Plan plan = Plan.training(graph, LIMITS);
        assertThat(plan.memory().offsets()).isNotEmpty().allSatisfy((activation, offset) -> {
            assertThat(offset % MemoryMap.ALIGNMENT).isZero();
            assertThat(offset + MemoryMap.elements(activation, LIMITS))
                    .isLessThanOrEqualTo(plan.memory().elements());
        });
    }

    @Test
    void anActivationThatIsKeptHasAPlaceOfItsOwn() {
        Graph graph = OpCase.all(SIZES).getLast().graph();
        Set<Activation> all = new HashSet<>();
        List<Op> ops = new ArrayList<>(graph.ops());
        ops.forEach(op -> op.writes().forEach(operand -> all.add((Activation) operand)));
        Plan plan = Plan.inference(graph, LIMITS, all);
        for (Activation one : all) {
            for (Activation other : all) {
                assertThat(!one.equals(other) && overlap(plan, one, other))
                        .as("%s and %s overlap", one, other)
                        .isFalse();
            }
        }
        assertThat(plan.memory().elements())
                .isGreaterThan(Plan.inference(graph, LIMITS).memory().elements());
    }

    @Test
    void aPlanForInferenceHasNoBackwardPassAndNeedsLessMemory() {
        Graph graph = OpCase.all(SIZES).getLast().graph();
        Plan inference = Plan.inference(graph, LIMITS);
        Plan training = Plan.training(graph, LIMITS);
        assertThat(inference.trains()).isFalse();
        assertThat(inference.backward()).isEmpty();
        assertThat(inference.memory().elements()).isLessThan(training.memory().elements());
    }

    @Test
    void theTextNamesEveryOp() {
        Plan plan = Plan.training(OpCase.all(SIZES).getLast().graph(), LIMITS);
        List<String> lines = PlanText.ops(plan, CostModel.TYPICAL);
        assertThat(lines).hasSize(3 + plan.ops().size());
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("linear weight gradient"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .contains("attention")
                        .contains("tokens")
                        .contains("64"));
    }
}
