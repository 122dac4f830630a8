package org.narrowbert.engine.backend;

/**
 * The numbers of one AdamW update (Loshchilov and Hutter, decoupled weight decay; the order of operations is PyTorch's): p -= lr * decay * p;
 * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= lr / correction1 * m / (sqrt(v) / sqrt(correction2) + epsilon).
 *
 * @param learningRate this step's rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the denominator
 * @param weightDecay decoupled decay, 0 for biases and LayerNorm
 * @param correction1 1 - beta1^t, t the number of this update from 1
 * @param correction2 1 - beta2^t
 * @param gradientScale factor of every gradient: 1, or less when clipped
 */
public record AdamWStep(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double correction1,
        double correction2,
        double gradientScale) {}
