package org.narrowbert.jmh.peers;

import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.heads.MaskedLanguageModel;

/** Our engine: no padding, and weights packed once, but for {@link Peer#OURS}. */
final class OurEncoder implements EncoderPeer {
    private final Backend backend;
    private final PackedWeights packed;
    private final Session session;
    private final MaskedLanguageModel model;
    private final Batch batch;

    private OurEncoder(Backend backend, PackedWeights packed, Session session, MaskedLanguageModel model, Batch batch) {
        this.backend = backend;
        this.packed = packed;
        this.session = session;
        this.model = model;
        this.batch = batch;
    }

    /**
     * Opens it.
     *
     * @param backend that computes; closed with this
     */
    static OurEncoder open(Peer peer, Backend backend, BertConfig config, Parameters parameters, Batch batch) {
        MaskedLanguageModel model = MaskedLanguageModel.inference(
                config, peer == Peer.OURS_LAST_LAYER_NARROWED ? LastLayer.NARROWED : LastLayer.FULL);
        Session session = Session.inference(Plan.inference(model.graph(), batch.extents()), parameters, backend);
        PackedWeights packed = peer == Peer.OURS
                ? PackedWeights.NONE
                : backend.keepPacked(model.graph().linearWeights().stream()
                        .map(parameters::of)
                        .toList());
        return new OurEncoder(backend, packed, session, model, batch);
    }

    @Override
    public String description() {
        return "NarrowBERT on " + backend.name();
    }

    @Override
    public void run() {
        session.forward(batch, StepPlace.NONE);
    }

    @Override
    public float[] logits() {
        return session.values(model.output()).toArray();
    }

    @Override
    public void close() {
        session.close();
        packed.close();
        backend.close();
    }
}
