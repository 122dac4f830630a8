package org.narrowbert.engine.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Columns;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Matrix;

/** The matrices of a plan's activations for one batch: the same memory for every batch, with that batch's numbers of rows. */
final class Views {
    private final Plan plan;
    private final Buffer memory;
    private final Parameters parameters;
    private final Map<Activation, Matrix> activations = new HashMap<>();

    Views(Plan plan, Buffer memory, Parameters parameters) {
        this.plan = plan;
        this.memory = memory;
        this.parameters = parameters;
    }

    /** Sets all views to a batch's numbers of rows. */
    void set(Extents batch) {
        if (!batch.fits(plan.limits())) {
            throw new IllegalArgumentException(batch + " does not fit a plan for " + plan.limits());
        }
        plan.memory()
                .offsets()
                .forEach((activation, offset) -> activations.put(
                        activation, Matrix.dense(memory, offset, batch.rows(activation.rows()), activation.columns())));
    }

    Matrix of(Operand operand) {
        return switch (operand) {
            case Activation activation -> of(activation);
            case Parameter parameter -> parameters.of(parameter);
        };
    }

    /** Parameters that lie on top of each other. */
    Matrix of(List<Parameter> stack) {
        return parameters.of(stack);
    }

    Matrix of(Columns part) {
        return of(part.of()).columns(part.first(), part.count());
    }

    Matrix of(Activation activation) {
        Matrix view = activations.get(activation);
        if (view == null) {
            throw new IllegalArgumentException("the plan has no " + activation);
        }
        return view;
    }
}
