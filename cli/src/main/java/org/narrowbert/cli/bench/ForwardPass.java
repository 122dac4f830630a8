package org.narrowbert.cli.bench;

import java.util.Set;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.Narrowing;
import org.narrowbert.model.heads.MaskedLanguageModel;

/** The encoder and the logits of a batch's masked tokens, as a model that only answers computes them: weights packed once. */
final class ForwardPass implements Workload {
    private final Parameters parameters;
    private final PackedWeights packed;
    private final Session session;
    private final MaskedLanguageModel model;
    private final Batch batch;

    private ForwardPass(
            Parameters parameters, PackedWeights packed, Session session, MaskedLanguageModel model, Batch batch) {
        this.parameters = parameters;
        this.packed = packed;
        this.session = session;
        this.model = model;
        this.batch = batch;
    }

    /** A model with random weights, ready for a batch. */
    static ForwardPass open(BertConfig config, Narrowing narrowing, Batch batch, Backend backend) {
        MaskedLanguageModel model = MaskedLanguageModel.inference(config, narrowing.lastLayer());
        Parameters parameters = Parameters.open(model.graph().parameters(), backend);
        try {
            Initializer.initialize(parameters, config, 1);
            Plan plan = Plan.inference(model.graph(), batch.extents(), Set.of(), narrowing.attention());
            // Last: what a backend keeps of weights must not outlive them.
            Session session = Session.inference(plan, parameters, backend);
            PackedWeights packed = backend.keepPacked(
                    model.graph().linearWeights().stream().map(parameters::of).toList());
            return new ForwardPass(parameters, packed, session, model, batch);
        } catch (RuntimeException | Error error) {
            parameters.close();
            throw error;
        }
    }

    @Override
    public int tokens() {
        return batch.tokens().count();
    }

    @Override
    public double flops() {
        return session.plan().flops(batch.extents());
    }

    @Override
    public void run() {
        session.forward(batch, StepPlace.NONE);
    }

    /** Its weights. */
    Parameters parameters() {
        return parameters;
    }

    /** The logits [narrow rows, vocabulary] of the last run. */
    float[] logits() {
        return session.values(model.output()).toArray();
    }

    @Override
    public void close() {
        session.close();
        packed.close();
        parameters.close();
    }
}
