package org.narrowbert.cli.options;

import java.util.LinkedHashMap;
import java.util.Map;
import org.narrowbert.engine.backend.LinearShape;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.LinearOp;
import org.narrowbert.engine.graph.LossOp;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.graph.StackedLinearOp;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Extents;

/** The sizes of a plan's linear layers, which {@code --gemm auto} tries. */
final class LinearShapes {
    private LinearShapes() {}

    /**
     * Each size of a batch of equally long sequences, and how often it occurs. Keys and values of narrow layers are one large layer, where their
     * form is projected.
     */
    static Map<LinearShape, Integer> of(Plan plan) {
        Extents batch = plan.evenly(plan.limits());
        Map<LinearShape, Integer> shapes = new LinkedHashMap<>();
        for (Op op : plan.forward()) {
            switch (op) {
                case LinearOp.Linear linear -> add(shapes, batch, linear.input(), linear.output(), 1);
                case LinearOp.LinearActivation linear -> add(shapes, batch, linear.input(), linear.output(), 1);
                case StackedLinearOp.StackedLinear stack -> add(shapes, batch, stack.input(), stack.output(), 1);
                case LossOp.CrossEntropy loss -> {
                    int chunks = Math.ceilDiv(loss.weight().rows(), loss.chunk().columns());
                    add(shapes, batch, loss.input(), loss.chunk(), chunks);
                }
                default -> {}
            }
        }
        return shapes;
    }

    private static void add(
            Map<LinearShape, Integer> shapes, Extents batch, Activation input, Activation output, int count) {
        int rows = batch.rows(input.rows());
        if (rows > 0) {
            shapes.merge(new LinearShape(rows, input.columns(), output.columns()), count, Integer::sum);
        }
    }
}
