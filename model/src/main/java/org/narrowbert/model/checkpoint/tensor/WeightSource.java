package org.narrowbert.model.checkpoint.tensor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;

/** An open file of tensors: what is in it has been checked, values are copied out one tensor at a time, by several threads if need be. */
public sealed interface WeightSource extends AutoCloseable permits SafeTensors, PickledTensors {
    /** The file it was opened from. */
    Path file();

    /** The names of all tensors in alphabetical order. */
    SortedSet<String> names();

    /** A tensor if the file has it. */
    Optional<TensorInfo> find(String name);

    /**
     * A tensor that must be there.
     *
     * @throws RunError naming the file and the tensor
     */
    default TensorInfo tensor(String name) {
        return find(name).orElseThrow(() -> new RunError(file() + " has no tensor " + name));
    }

    /**
     * Copies a tensor's values into a matrix of as many elements, row after row, widened or rounded to float32 on the way.
     *
     * @throws RunError when there is no such tensor, its type is none of F32, F16, BF16 and F64, or it cannot be read
     */
    void readFloats(String name, Matrix target);

    @Override
    void close();
}
