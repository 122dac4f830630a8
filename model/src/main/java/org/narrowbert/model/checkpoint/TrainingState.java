package org.narrowbert.model.checkpoint;

import java.util.Optional;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;

/**
 * Everything of a model in training that an update changes. It looks at what others own.
 *
 * @param config the model
 * @param weights its parameters
 * @param firstMoment AdamW's running mean of the gradients
 * @param secondMoment AdamW's running mean of their squares
 * @param updates number of updates made
 * @param importance [vocabulary] token importance, where the layout has brackets
 */
public record TrainingState(
        BertConfig config,
        Parameters weights,
        Parameters firstMoment,
        Parameters secondMoment,
        long updates,
        Optional<float[]> importance) {}
