package org.narrowbert.engine.tensor;

import java.util.Locale;
import java.util.Optional;

/** The non-linearity of a layer, under Hugging Face's names (config.json, {@code hidden_act}). */
public enum ActivationFunction {
    /** x * Phi(x) by the error function: BERT's. */
    GELU("gelu"),
    /** GELU's tanh approximation. */
    GELU_NEW("gelu_new"),
    RELU("relu"),
    /** x * sigmoid(x). */
    SILU("silu"),
    /** The pooler's; no feed-forward layer of BERT has it. */
    TANH("tanh");

    private final String hiddenAct;

    ActivationFunction(String hiddenAct) {
        this.hiddenAct = hiddenAct;
    }

    /** The name in config.json. */
    public String hiddenAct() {
        return hiddenAct;
    }

    /** The function of a feed-forward layer's {@code hidden_act}; Hugging Face's other names of the same functions are understood. */
    public static Optional<ActivationFunction> named(String hiddenAct) {
        return switch (hiddenAct.toLowerCase(Locale.ROOT)) {
            case "gelu", "gelu_python" -> Optional.of(GELU);
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Optional.of(GELU_NEW);
            case "relu" -> Optional.of(RELU);
            case "silu", "swish" -> Optional.of(SILU);
            default -> Optional.empty();
        };
    }
}
