package org.narrowbert.engine.optimizer;

/**
 * Settings of AdamW that stay the same for a whole run, under Hugging Face's names.
 *
 * @param beta1 {@code adam_beta1}
 * @param beta2 {@code adam_beta2}
 * @param epsilon {@code adam_epsilon}
 * @param weightDecay {@code weight_decay}, not applied to biases and LayerNorm
 * @param maxGradNorm {@code max_grad_norm}: gradients are scaled down so that their norm over all parameters is at most this; 0 for no
 *     clipping
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm) {
    /** The values of NarrowBERT's pretraining (the authors' released code). */
    public static final AdamWSettings DEFAULT = new AdamWSettings(0.9, 0.999, 1e-8, 0.01, 1.0);
}
