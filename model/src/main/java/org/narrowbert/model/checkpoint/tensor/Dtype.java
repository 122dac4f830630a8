package org.narrowbert.model.checkpoint.tensor;

import java.util.Optional;

/** The element types of safetensors whose size is known here; {@link SafeTensors} says which of them are read. */
public enum Dtype {
    BOOL(1),
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    F16(2),
    BF16(2),
    U32(4),
    I32(4),
    F32(4),
    U64(8),
    I64(8),
    F64(8);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The type of a name in a safetensors header. */
    static Optional<Dtype> named(String name) {
        for (Dtype dtype : values()) {
            if (dtype.name().equals(name)) {
                return Optional.of(dtype);
            }
        }
        return Optional.empty();
    }
}
