package org.narrowbert.model.checkpoint;

/** Names of BERT's tensors, for readers of other files than Hugging Face's. */
public final class TensorNames {
    private TensorNames() {}

    /** Hugging Face's present name of a tensor that is found under an older one, or without its prefix. */
    public static String present(String stored) {
        return StoredNames.present(stored);
    }
}
