package org.narrowbert.jmh.peers;

import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;

/** Matrix products by a native library, through the engine's own bindings. */
public final class MatrixPeers {
    private MatrixPeers() {}

    /**
     * The vector backend with a peer's products. A process has one peer: of the libraries that export the names of BLAS only one can be loaded.
     *
     * @throws PeerMissing when the library is not there, or has no products of this precision
     */
    public static Backend open(Peer peer, OperandPrecision precision, int threads) {
        Gemm gemm = switch (peer) {
            case OURS, OURS_WEIGHTS_KEPT, OURS_LAST_LAYER_NARROWED -> Gemm.PANAMA;
            case OPENBLAS -> found(Gemm.BLAS, "narrowbert.blas.path", "openblas");
            case MKL -> found(Gemm.BLAS, "narrowbert.blas.path", "mkl");
            case ONEDNN -> found(Gemm.ONEDNN, "narrowbert.onednn.path", "onednn");
            case ONNX_RUNTIME, LIBTORCH -> throw PeerMissing.work(peer, "single products to call from Java");
        };
        if (!precision.isOf(gemm)) {
            throw PeerMissing.work(peer, "products of " + precision);
        }
        precision.warning(gemm).ifPresent(why -> System.out.println("# " + why));
        return Backends.find().named("vector").open(new BackendOptions(threads, gemm, precision));
    }

    /**
     * The same for training, whose gradients only oneDNN rounds.
     *
     * @throws PeerMissing when the library is not there, or has no gradients of this precision
     */
    public static Backend openForTraining(Peer peer, OperandPrecision precision, int threads) {
        boolean rounds = precision == OperandPrecision.BFLOAT16 && peer == Peer.ONEDNN;
        if (precision != OperandPrecision.FLOAT32 && !rounds) {
            throw PeerMissing.work(peer, "gradients of " + precision);
        }
        return open(peer, precision, threads);
    }

    private static Gemm found(Gemm gemm, String property, String folder) {
        System.setProperty(property, PeerFolder.of(folder, folder).toString());
        return switch (gemm.availability()) {
            case Availability.Ready(var what) -> {
                System.out.println("# peer: " + what);
                yield gemm;
            }
            case Availability.Missing(var what, var lookedAt) -> throw PeerMissing.library(what, null);
        };
    }
}
