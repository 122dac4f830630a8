package org.narrowbert.jmh.peers;

import java.nio.file.Path;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;

/** A whole model that answers one batch again and again: the encoder, and the logits of the batch's narrow rows. */
public interface EncoderPeer extends AutoCloseable {
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
     * @param precision of the coarser of both
     * @throws AssertionError when one differs by more than that explains
     */
    default void requireLogitsOf(EncoderPeer other, OperandPrecision precision) {
        double tolerance = tolerance(precision);
        other.run();
        run();
        float[] expected = other.logits();
        float[] answered = logits();
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - answered[i]);
            if (!(difference <= tolerance)) {
                throw new AssertionError("logit " + i + " is " + answered[i] + ", should be " + expected[i]);
            }
            worst = Math.max(worst, difference);
        }
        System.out.printf("# compared: %,d logits, largest difference %.1e%n", expected.length, worst);
    }

    /** Through twelve layers; logits are of magnitude one. */
    private static double tolerance(OperandPrecision precision) {
        return switch (precision) {
            case FLOAT32 -> 1e-3;
            case BFLOAT16 -> 0.1;
            case INT8 -> 0.5;
        };
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

    /** As {@link #open(Peer, OperandPrecision, BertConfig, Parameters, Batch, int)}, in float32. */
    static EncoderPeer open(Peer peer, BertConfig config, Parameters parameters, Batch batch, int threads) {
        return open(peer, OperandPrecision.FLOAT32, config, parameters, batch, threads);
    }

    /**
     * Opens a peer. A library of matrix products is our engine with its products.
     *
     * @param config of a dense layout; of any for ours
     * @param parameters its weights; looked at while this runs, and by ours until it is closed
     * @throws PeerMissing when it is not there, or has no such precision
     */
    static EncoderPeer open(
            Peer peer, OperandPrecision precision, BertConfig config, Parameters parameters, Batch batch, int threads) {
        return switch (peer) {
            case OURS -> {
                // Only weights that are kept are rounded.
                requireFloat32(peer, precision);
                yield OurEncoder.open(peer, MatrixPeers.open(peer, precision, threads), config, parameters, batch);
            }
            case OURS_WEIGHTS_KEPT, OURS_LAST_LAYER_NARROWED, OPENBLAS, MKL, ONEDNN ->
                OurEncoder.open(peer, MatrixPeers.open(peer, precision, threads), config, parameters, batch);
            case ONNX_RUNTIME -> {
                requireFloat32(peer, precision);
                yield OnnxRuntimeEncoder.open(config, parameters, batch, threads);
            }
            case LIBTORCH -> {
                requireFloat32(peer, precision);
                yield TorchEncoder.open(config, parameters, batch, threads);
            }
        };
    }

    private static void requireFloat32(Peer peer, OperandPrecision precision) {
        if (precision != OperandPrecision.FLOAT32) {
            throw PeerMissing.work(peer, "products of " + precision);
        }
    }
}
