package org.narrowbert.engine.error;

/** Something read or run failed: exit code 1. The message is one sentence: what failed, where, what to do. */
public final class RunError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RunError(String message) {
        super(message);
    }

    public RunError(String message, Throwable cause) {
        super(message, cause);
    }
}
