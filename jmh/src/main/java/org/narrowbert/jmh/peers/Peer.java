package org.narrowbert.jmh.peers;

/** Who computes what a benchmark times. */
public enum Peer {
    /** NarrowBERT's kernels in Java. */
    OURS,
    /** The same where weights stay as they are, so that they are packed once and for all. */
    OURS_WEIGHTS_KEPT,
    /** The same with the last layer on the narrow rows alone. */
    OURS_LAST_LAYER_NARROWED,
    /** ONNX Runtime on the file that we write, with all its optimizations. */
    ONNX_RUNTIME,
    /** libtorch, operation by operation, through DJL. */
    LIBTORCH,
    /** OpenBLAS through our bindings: single products, and our engine with them. */
    OPENBLAS,
    /** Intel's MKL through our bindings, likewise. */
    MKL,
    /** oneDNN through our bindings, likewise; in bfloat16 and bytes too. */
    ONEDNN
}
