package org.narrowbert.engine.backend;

import java.util.List;

/** Whether a backend can run on this machine. */
public sealed interface Availability {
    /**
     * It can.
     *
     * @param what one line for people: what was found
     */
    record Ready(String what) implements Availability {}

    /**
     * It cannot.
     *
     * @param what one sentence: what is missing and what would mend it
     * @param lookedAt the places looked at, in order
     */
    record Missing(String what, List<String> lookedAt) implements Availability {}
}
