package org.narrowbert.jmh.peers;

import java.nio.file.Path;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.LastLayer;

/** A whole model that answers one batch again and again: the encoder, and the logits of the batch's narrow rows. */
public interface EncoderPeer extends AutoCloseable {
    /** Through twelve layers; logits are of magnitude one. */
    double TOLERANCE = 1e-3;

    /** Name and version, for people. */
    String description();

    /** Answers once. */
    void run();

    /** [narrow rows, vocabulary] what the last run answered. */
    float[] logits();

    @Override
    void close();

    /**
     * Answers once, as another does, and prints by how much the logits differ.
     *
     * @throws AssertionError when one differs by more than float32 in two engines explains
     */
    default void requireLogitsOf(EncoderPeer other) {
        other.run();
        run();
        float[] expected = other.logits();
        float[] answered = logits();
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - answered[i]);
            if (!(difference <= TOLERANCE)) {
                throw new AssertionError("logit " + i + " is " + answered[i] + ", should be " + expected[i]);
            }
            worst = Math.max(worst, difference);
        }
        System.out.printf("# compared: %,d logits, largest difference %.1e%n", expected.length, worst);
    }

    /**
     * ONNX Runtime with a model from a file.
     *
     * @param file of a masked language model that gives the logits of positions
     * @param vocabulary columns of its logits
     * @throws PeerMissing when it is not there
     */
    static EncoderPeer onnxRuntime(Path file, int vocabulary, Batch batch, int threads) {
        return OnnxRuntimeEncoder.read(file, vocabulary, batch, threads);
    }

    /**
     * Opens a peer.
     *
     * @param config of a dense layout; of any for ours
     * @param parameters its weights; looked at while this runs, and by ours until it is closed
     * @throws PeerMissing when it is not there
     */
    static EncoderPeer open(Peer peer, BertConfig config, Parameters parameters, Batch batch, int threads) {
        return switch (peer) {
            case OURS -> OurEncoder.open(config, LastLayer.FULL, parameters, batch, threads, false);
            case OURS_WEIGHTS_KEPT -> OurEncoder.open(config, LastLayer.FULL, parameters, batch, threads, true);
            case OURS_LAST_LAYER_NARROWED ->
                OurEncoder.open(config, LastLayer.NARROWED, parameters, batch, threads, true);
            case ONNX_RUNTIME -> OnnxRuntimeEncoder.open(config, parameters, batch, threads);
            case LIBTORCH -> TorchEncoder.open(config, parameters, batch, threads);
            case OPENBLAS, MKL, ONEDNN -> throw PeerMissing.work(peer, "whole models");
        };
    }
}
