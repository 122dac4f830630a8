package org.narrowbert.model.onnx.reading.graph;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor of an ONNX file: what it is and where its values lie. They are read when somebody asks for them.
 *
 * @param name of the initializer, empty for a constant without one
 * @param dataType number of {@code TensorProto.DataType}
 * @param shape dimensions
 * @param data where the values are
 */
public record StoredTensor(String name, int dataType, List<Long> shape, Data data) {
    /** How values are coded. */
    public enum Coding {
        /** Elements one after the other, little-endian. */
        ELEMENTS,
        /** An integer of variable length for each element: of float16 and bfloat16 their bits. */
        VARIABLE_LENGTH,
        /** A field for each element, which was read with the graph. */
        ONE_BY_ONE
    }

    /**
     * A range of a file.
     *
     * @param file the ONNX file, or one beside it
     * @param offset of the first byte
     * @param bytes length
     * @param values those that were read with the graph
     */
    public record Data(Path file, long offset, long bytes, Coding coding, List<Double> values) {
        public Data {
            values = List.copyOf(values);
        }

        /** Values in a file. */
        public static Data in(Path file, long offset, long bytes, Coding coding) {
            return new Data(file, offset, bytes, coding, List.of());
        }
    }

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** The same under a name. */
    public StoredTensor named(String other) {
        return new StoredTensor(other, dataType, shape, data);
    }

    /** Number of axes. */
    public int rank() {
        return shape.size();
    }

    /** Length of an axis, from 0. */
    public long dimension(int axis) {
        return shape.get(axis);
    }

    /** Number of elements; -1 where that is no number. */
    public long elements() {
        long product = 1;
        for (long dimension : shape) {
            if (dimension < 0 || Math.multiplyHigh(product, dimension) != 0 || product * dimension < 0) {
                return -1;
            }
            product *= dimension;
        }
        return product;
    }

    /** Whether it is a vector of so many elements. */
    public boolean isVector(long length) {
        return Arrays.asList(length).equals(shape);
    }
}
