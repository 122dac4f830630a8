package org.narrowbert.engine.session;

import java.util.Optional;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.plan.NarrowForms;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;

/**
 * A plan bound to a backend, parameters and memory for its activations. Not for several threads at once; the backend has its own.
 *
 * <p>One step: {@link #forward}, look at results, give the gradients of the graph's outputs through {@link #outputGradient}, {@link
 * #backward}.
 */
public final class Session implements AutoCloseable {
    private final Plan plan;
    private final Optional<Buffer> owned;
    private final Views values;
    private final BatchOperands operands;
    private final Dispatch dispatch;

    private Session(Plan plan, Optional<Buffer> owned, Views values, Parameters gradients, Backend backend) {
        this.plan = plan;
        this.owned = owned;
        this.values = values;
        operands = new BatchOperands(values, gradients);
        dispatch = new Dispatch(backend.kernels(), operands);
    }

    /** A session that only runs forward, with memory of its own. */
    public static Session inference(Plan plan, Parameters parameters, Backend backend) {
        return open(plan, parameters, parameters, backend);
    }

    /**
     * A session that trains, with memory of its own.
     *
     * @param gradients where the backward pass puts the parameters' gradients
     */
    public static Session training(Plan plan, Parameters parameters, Parameters gradients, Backend backend) {
        return open(plan, parameters, gradients, backend);
    }

    /**
     * A session in memory that someone else owns, so that two sessions that never run at the same time can take turns in it.
     *
     * @param memory at least {@code plan.memory().elements()} elements
     */
    public static Session sharing(
            Buffer memory, Plan plan, Parameters parameters, Parameters gradients, Backend backend) {
        return of(memory, Optional.empty(), plan, parameters, gradients, backend);
    }

    private static Session open(Plan plan, Parameters parameters, Parameters gradients, Backend backend) {
        Buffer memory = backend.allocate(plan.memory().elements());
        try {
            return of(memory, Optional.of(memory), plan, parameters, gradients, backend);
        } catch (RuntimeException | Error error) {
            memory.close();
            throw error;
        }
    }

    private static Session of(
            Buffer memory,
            Optional<Buffer> owned,
            Plan plan,
            Parameters parameters,
            Parameters gradients,
            Backend backend) {
        backend.reserve(plan.widths());
        return new Session(plan, owned, new Views(plan, memory, parameters), gradients, backend);
    }

    /** The plan it runs. */
    public Plan plan() {
        return plan;
    }

    /** Sets the numbers of rows to a batch's, so that values of the graph's inputs can be given before {@link #forward}. */
    public void prepare(Batch batch) {
        prepared(batch);
    }

    private Batch prepared(Batch batch) {
        Batch now = projecting(batch);
        values.set(now.extents());
        return now;
    }

    /** The batch with its rows of narrow attention's projected form, as the plan chooses it. */
    private Batch projecting(Batch batch) {
        NarrowForms forms = plan.forms();
        return forms.isThereAny()
                ? batch.projecting(forms.projected(
                        batch.tokens(), batch.narrow(), plan.limits().projected()))
                : batch;
    }

    /** Runs the forward pass on a batch. */
    public void forward(Batch batch, StepPlace place) {
        operands.beginForward(prepared(batch), place);
        for (Op op : plan.forward()) {
            dispatch.run(op);
        }
    }

    /**
     * Runs the backward pass for the batch of the last {@link #forward}.
     *
     * @param accumulate whether parameters' gradients are added to what is there, as for all micro-batches of a step but the first
     */
    public void backward(Batch batch, StepPlace place, boolean accumulate) {
        operands.begin(projecting(batch), place, accumulate);
        for (Op op : plan.backward()) {
            dispatch.run(op);
        }
    }

    /** An activation's values: an output's after {@link #forward}, any other's while the plan keeps it. */
    public Matrix values(Activation activation) {
        return values.of(activation);
    }

    /** Where the gradient of one of the graph's outputs is given before {@link #backward}. */
    public Matrix outputGradient(Activation output) {
        return gradient(output);
    }

    /** The gradient of an activation; one of the graph's inputs has it after {@link #backward}. */
    public Matrix gradient(Activation activation) {
        if (plan.gradients().get(activation) instanceof Activation gradient) {
            return values.of(gradient);
        }
        throw new IllegalArgumentException("the plan has no gradient of " + activation);
    }

    @Override
    public void close() {
        owned.ifPresent(Buffer::close);
    }
}
