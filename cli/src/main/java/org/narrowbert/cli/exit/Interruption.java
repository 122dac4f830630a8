package org.narrowbert.cli.exit;

/** The end of a task that a signal asked to stop. It has left nothing. */
final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    /**
     * An end.
     *
     * @param signal without SIG
     * @param exitCode that of a process which the signal ended
     */
    Interruption(String signal, int exitCode) {
        super("stopped by SIG" + signal + ": nothing is left of what was half written");
        this.exitCode = exitCode;
    }

    /** The process's exit code. */
    int exitCode() {
        return exitCode;
    }
}
