package org.narrowbert.model.onnx;

import java.util.List;
import java.util.Random;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.Matrix;

/** Weights that make all of a model's parts matter: nothing is zero, and nothing that should be one is exactly one. */
public final class RandomWeights {
    private RandomWeights() {}

    /** Values for some parameters; the caller closes them. */
    public static Parameters open(List<Parameter> list, Backend backend) {
        Parameters parameters = Parameters.open(list, backend);
        Random random = new Random(11);
        for (Parameter parameter : parameters.list()) {
            Matrix values = parameters.of(parameter);
            double mean = parameter.name().endsWith("LayerNorm.weight") ? 1 : 0;
            for (int row = 0; row < values.rows(); row++) {
                for (int column = 0; column < values.columns(); column++) {
                    values.set(row, column, mean + 0.3 * random.nextGaussian());
                }
            }
        }
        return parameters;
    }

    /** The same with values that even bfloat16 and float16 hold. */
    public static Parameters openCoarse(List<Parameter> list, Backend backend) {
        Parameters parameters = Parameters.open(list, backend);
        Random random = new Random(12);
        for (Parameter parameter : parameters.list()) {
            Matrix values = parameters.of(parameter);
            for (int row = 0; row < values.rows(); row++) {
                for (int column = 0; column < values.columns(); column++) {
                    values.set(row, column, random.nextInt(-127, 128) / 64.0);
                }
            }
        }
        return parameters;
    }
}
