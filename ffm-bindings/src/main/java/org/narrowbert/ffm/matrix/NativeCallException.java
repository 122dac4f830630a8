package org.narrowbert.ffm.matrix;

/** A native library refused a call; the message names the function and the answer. */
public final class NativeCallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NativeCallException(String message) {
        super(message);
    }
}
