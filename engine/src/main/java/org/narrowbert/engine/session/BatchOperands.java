package org.narrowbert.engine.session;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.backend.StatesVersion;
import org.narrowbert.engine.backend.Target;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Columns;
import org.narrowbert.engine.graph.Into;
import org.narrowbert.engine.graph.Operand;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.random.Dropout;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** What ops read and write for the batch under way: matrices, rows, dropout masks. */
final class BatchOperands {
    private final Views values;
    private final Parameters gradients;
    private @Nullable Batch batch;
    private Object pass = new Object();
    private StepPlace place = StepPlace.NONE;
    private boolean accumulateParameters;

    BatchOperands(Views values, Parameters gradients) {
        this.values = values;
        this.gradients = gradients;
    }

    /** Begins a forward pass: activations get other values than they had. */
    void beginForward(Batch batch, StepPlace place) {
        pass = new Object();
        begin(batch, place, false);
    }

    /**
     * Sets what the following ops run on.
     *
     * @param accumulateParameters whether parameters' gradients are added to what is there
     */
    void begin(Batch batch, StepPlace place, boolean accumulateParameters) {
        this.batch = batch;
        this.place = place;
        this.accumulateParameters = accumulateParameters;
    }

    Batch batch() {
        return Objects.requireNonNull(batch);
    }

    Matrix at(Operand operand) {
        return values.of(operand);
    }

    Matrix at(Columns part) {
        return values.of(part);
    }

    /** Parameters that lie on top of each other. */
    Matrix at(List<Parameter> stack) {
        return values.of(stack);
    }

    /** The place of a gradient. */
    Matrix at(Into into) {
        return switch (into.target()) {
            case Activation activation -> values.of(activation);
            case Parameter parameter -> gradients.of(parameter);
        };
    }

    /** The gradients of parameters that lie on top of each other. */
    Matrix gradientsOf(List<Parameter> stack) {
        return gradients.of(stack);
    }

    boolean adds(Into into) {
        return into.accumulate() || accumulateParameters && into.target() instanceof Parameter;
    }

    Target target(Into into) {
        return new Target(at(into), adds(into));
    }

    /** Names an activation's values: those of one forward pass and the backward pass after it are the same. */
    StatesVersion versionOf(Activation activation) {
        return new StatesVersion(pass, activation);
    }

    Rows rowsOf(Activation activation) {
        return batch().rows(activation.rows());
    }

    DropoutMask mask(Dropout dropout) {
        return DropoutMask.of(dropout, place.seed(), place.step(), place.firstToken());
    }
}
