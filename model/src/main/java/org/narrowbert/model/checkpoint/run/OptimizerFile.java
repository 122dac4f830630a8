package org.narrowbert.model.checkpoint.run;

import java.nio.file.Path;
import java.util.List;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;

/**
 * optimizer.safetensors: AdamW's moments under PyTorch's names, {@code exp_avg.NAME} and {@code exp_avg_sq.NAME}, and the weights themselves
 * as {@code master.NAME} where training holds them more precisely than model.safetensors does.
 */
final class OptimizerFile {
    static final String NAME = "optimizer.safetensors";

    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";
    private static final String MASTER = "master.";

    private OptimizerFile() {}

    private record Part(String prefix, Parameters values) {}

    static void write(Path folder, TrainingState state) {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Part part : parts(state)) {
            for (Parameter parameter : part.values.list()) {
                writer.exactly(part.prefix + parameter.name(), part.values.of(parameter), parameter.shape());
            }
        }
        writer.write(folder.resolve(NAME));
    }

    /** Fills the state's parameters; the weights only where the file holds them. */
    static void read(Path folder, TrainingState into) {
        try (SafeTensors file = SafeTensors.open(folder.resolve(NAME))) {
            for (Part part : parts(into)) {
                for (Parameter parameter : part.values.list()) {
                    Matrix target = part.values.of(parameter);
                    file.readExactly(part.prefix + parameter.name(), target);
                }
            }
        }
    }

    private static List<Part> parts(TrainingState state) {
        Part first = new Part(FIRST, state.firstMoment());
        Part second = new Part(SECOND, state.secondMoment());
        return state.weights().elementType() == ElementType.FLOAT32
                ? List.of(first, second)
                : List.of(first, second, new Part(MASTER, state.weights()));
    }
}
