package org.narrowbert.model.checkpoint.run;

import java.util.Arrays;
import java.util.Optional;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.ConfigJson;

/**
 * Everything of a model in training that an update changes. It looks at what others own.
 *
 * @param config the model, with its head
 * @param weights its parameters
 * @param firstMoment AdamW's running mean of the gradients
 * @param secondMoment AdamW's running mean of their squares
 * @param updates number of updates made
 * @param importance [vocabulary] token importance, where the layout has brackets
 */
public record TrainingState(
        ConfigJson config,
        Parameters weights,
        Parameters firstMoment,
        Parameters secondMoment,
        long updates,
        Optional<float[]> importance) {
    /** Bytes that the tensors of a checkpoint take: weights as float32, both moments, and the weights again where they are doubles. */
    public long bytes() {
        long values = weights.list().stream()
                .mapToLong(parameter -> Arrays.stream(parameter.shape()).reduce(1, Math::multiplyExact))
                .sum();
        return values
                * switch (weights.elementType()) {
                    case FLOAT32 -> 3L * Float.BYTES;
                    case FLOAT64 -> Float.BYTES + 3L * Double.BYTES;
                };
    }
}
