package org.narrowbert.engine.error;

/** A wrong command line or configuration: exit code 2. The message is one sentence: what is wrong, where, what to do. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
