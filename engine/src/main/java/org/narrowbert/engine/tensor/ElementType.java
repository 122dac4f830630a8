package org.narrowbert.engine.tensor;

/** What one element of a {@link Buffer} is. */
public enum ElementType {
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
