package org.narrowbert.model.checkpoint.tensor;

import java.util.List;

/**
 * One tensor of a file.
 *
 * @param name its name
 * @param dtype type of its elements
 * @param shape its dimensions; empty for a scalar
 * @param begin first byte of its data, counted from the end of the header
 * @param end one past its last byte
 */
public record TensorInfo(String name, Dtype dtype, List<Long> shape, long begin, long end) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** The same tensor under another name. */
    public TensorInfo named(String other) {
        return new TensorInfo(other, dtype, shape, begin, end);
    }

    /** Number of elements. */
    public long elements() {
        return (end - begin) / dtype.bytes();
    }
}
