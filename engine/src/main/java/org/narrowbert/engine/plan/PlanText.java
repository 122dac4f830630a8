package org.narrowbert.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Cost;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.tensor.Extents;

/** A plan as lines for people: every op with its rows, FLOPs and bytes, and the sums. */
public final class PlanText {
    private PlanText() {}

    /**
     * One line an op, forward then backward.
     *
     * @param costs predicts the time and so the share of it that each op takes
     */
    public static List<String> ops(Plan plan, CostModel costs) {
        List<String> lines = new ArrayList<>();
        lines.add(row("#", "op", "result", "rows", "count", "MFLOP", "MB", "time"));
        double seconds = plan.seconds(costs, plan.limits());
        lines.add("forward");
        ops(plan, plan.forward(), 1, costs, seconds, lines);
        if (plan.trains()) {
            lines.add("backward");
            ops(plan, plan.backward(), 1 + plan.forward().size(), costs, seconds, lines);
        }
        return lines;
    }

    private static void ops(Plan plan, List<Op> ops, int first, CostModel costs, double seconds, List<String> lines) {
        Extents batch = plan.evenly(plan.limits());
        for (int index = 0; index < ops.size(); index++) {
            Op op = ops.get(index);
            Cost cost = op.cost(batch);
            Operand result = op.writes().getLast();
            String rows = "-";
            String count = "-";
            for (Operand operand : op.writes()) {
                if (operand instanceof Activation activation) {
                    rows = activation.rows().name().toLowerCase(Locale.ROOT);
                    count = "%,d".formatted(batch.rows(activation.rows()));
                }
            }
            lines.add(row(
                    Integer.toString(first + index),
                    first > 1 && op instanceof Op.Differentiable ? name(op) + " again" : name(op),
                    shortened(result.name()),
                    rows,
                    count,
                    "%,.1f".formatted(cost.flops() / 1e6),
                    "%,.1f".formatted(cost.bytes() / 1e6),
                    "%.1f%%".formatted(100 * costs.seconds(cost) / seconds)));
        }
    }

    /** "linear input gradient" for a {@code LinearInputGradient}. */
    private static String name(Op op) {
        return op.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    private static String shortened(String name) {
        String plain = name.replace("gradient of ", "d ").replace("bert.", "").replace("attention.", "");
        return plain.length() <= 34 ? plain : "..." + plain.substring(plain.length() - 31);
    }

    private static String row(Object... cells) {
        return "%4s  %-26s %-34s %-7s %9s %10s %9s %7s".formatted(cells).stripTrailing();
    }
}
