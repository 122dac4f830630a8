package org.narrowbert.model.checkpoint.pickle;

import java.util.Optional;

/** The storages of PyTorch that are read: a type of element each. */
public enum StorageType {
    FLOAT(4),
    DOUBLE(8),
    HALF(2),
    BFLOAT16(2),
    LONG(8),
    INT(4),
    SHORT(2),
    CHAR(1),
    BYTE(1),
    BOOL(1);

    private final int bytes;

    StorageType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The type of a class in PyTorch's module {@code torch}. */
    static Optional<StorageType> ofClass(String name) {
        return switch (name) {
            case "FloatStorage" -> Optional.of(FLOAT);
            case "DoubleStorage" -> Optional.of(DOUBLE);
            case "HalfStorage" -> Optional.of(HALF);
            case "BFloat16Storage" -> Optional.of(BFLOAT16);
            case "LongStorage" -> Optional.of(LONG);
            case "IntStorage" -> Optional.of(INT);
            case "ShortStorage" -> Optional.of(SHORT);
            case "CharStorage" -> Optional.of(CHAR);
            case "ByteStorage" -> Optional.of(BYTE);
            case "BoolStorage" -> Optional.of(BOOL);
            default -> Optional.empty();
        };
    }
}
