package org.narrowbert.model.checkpoint.pickle;

import java.util.List;

/**
 * One tensor of a .bin file: a view of a storage, checked to lie within it and to have no element twice.
 *
 * @param type of its elements
 * @param shape its dimensions; empty for a scalar
 * @param strides elements between neighbours along each dimension
 * @param position byte of the file where its first element lies
 */
public record TorchTensor(StorageType type, List<Long> shape, List<Long> strides, long position) {
    public TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, (product, dimension) -> product * dimension);
    }

    /** Elements of the storage from its first to its last, both included. */
    public long span() {
        long span = 1;
        for (int dimension = 0; dimension < shape.size(); dimension++) {
            if (shape.get(dimension) == 0) {
                return 0;
            }
            span += (shape.get(dimension) - 1) * strides.get(dimension);
        }
        return span;
    }

    /** Whether its elements lie one after the other in the order of its rows. */
    public boolean contiguous() {
        long expected = 1;
        for (int dimension = shape.size() - 1; dimension >= 0; dimension--) {
            if (shape.get(dimension) > 1 && strides.get(dimension) != expected) {
                return false;
            }
            expected *= shape.get(dimension);
        }
        return true;
    }
}
