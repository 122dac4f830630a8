package org.narrowbert.model.checkpoint.tensor;

import java.util.regex.Pattern;

/** The names under which tensors of BERT models are found in the wild, and the one name that is used here. */
public final class StoredNames {
    /** What belongs to the encoder, and is stored without its prefix by base models and sentence encoders. */
    private static final Pattern WITHOUT_PREFIX = Pattern.compile("(?:embeddings|encoder|encoder_narrow|pooler)\\..+");

    /** Tensors of other heads and of other times that a masked language model has no use for. */
    private static final Pattern TOLERATED = Pattern.compile(
            "cls\\.predictions\\.decoder\\.(?:weight|bias)|cls\\.seq_relationship\\..+|bert\\.pooler\\..+|bert\\.embeddings\\.(?:position|token_type)_ids");

    /** What PyTorch's DataParallel and compile put before every name. */
    private static final Pattern WRAPPERS = Pattern.compile("^(?:module\\.|_orig_mod\\.)+");

    private static final Pattern TIED = Pattern.compile("cls\\.predictions\\.decoder\\.(?:weight|bias)");

    private StoredNames() {}

    /** Whether a tensor is another one once more in Hugging Face's model: the word embeddings, or the head's bias. */
    public static boolean isTied(String present) {
        return TIED.matcher(present).matches();
    }

    /** Hugging Face's present name: with {@code bert.}, with weight and bias for TensorFlow's gamma and beta, without {@code module.} of DataParallel. */
    public static String present(String stored) {
        String name = WRAPPERS.matcher(stored).replaceFirst("");
        if (WITHOUT_PREFIX.matcher(name).matches()) {
            name = "bert." + name;
        }
        if (name.endsWith("LayerNorm.gamma")) {
            return name.substring(0, name.length() - "gamma".length()) + "weight";
        }
        return name.endsWith("LayerNorm.beta") ? name.substring(0, name.length() - "beta".length()) + "bias" : name;
    }

    /** Whether a tensor that no parameter asks for is nothing to speak of. */
    public static boolean isTolerated(String present) {
        return TOLERATED.matcher(present).matches();
    }
}
