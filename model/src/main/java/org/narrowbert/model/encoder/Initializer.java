package org.narrowbert.model.encoder;

import java.util.List;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.random.CounterRandom;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;

/**
 * First values of a model's parameters, as BERT's: matrices from a normal distribution cut off at two standard deviations, the word
 * embedding of [PAD] and all biases zero, LayerNorm's weights one. A function of the seed and each parameter's place, so that the same seed
 * gives the same model.
 */
public final class Initializer {
    private static final double CUT = 2;

    private Initializer() {}

    /** Sets all parameters. */
    public static void initialize(Parameters parameters, BertConfig config, long seed) {
        List<Parameter> list = parameters.list();
        for (int index = 0; index < list.size(); index++) {
            Parameter parameter = list.get(index);
            Matrix values = parameters.of(parameter);
            if (parameter.rank() == 2) {
                normal(values, config.initializerRange(), CounterRandom.key(seed, index));
            } else {
                values.fill(parameter.name().endsWith("LayerNorm.weight") ? 1 : 0);
            }
            if (parameter.name().equals(WeightNames.wordEmbeddings(config).name())) {
                values.rows(config.padTokenId(), 1).fill(0);
            }
        }
    }

    private static void normal(Matrix values, double deviation, long key) {
        for (int row = 0; row < values.rows(); row++) {
            long rowKey = CounterRandom.key(key, row);
            for (int column = 0; column < values.columns(); column++) {
                values.set(row, column, deviation * truncatedNormal(CounterRandom.key(rowKey, column)));
            }
        }
    }

    /** A standard normal number within two deviations, by Box and Muller's transform; numbers beyond are drawn again. */
    private static double truncatedNormal(long key) {
        for (int attempt = 0; ; attempt++) {
            double radius = Math.sqrt(-2 * Math.log(1 - CounterRandom.uniform(CounterRandom.key(key, 2 * attempt))));
            double value =
                    radius * Math.cos(2 * Math.PI * CounterRandom.uniform(CounterRandom.key(key, 2 * attempt + 1)));
            if (Math.abs(value) <= CUT) {
                return value;
            }
        }
    }
}
