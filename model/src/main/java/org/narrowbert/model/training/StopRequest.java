package org.narrowbert.model.training;

/** A wish that a run stop as soon as it can save what it has; any thread may make it, a signal's for one. */
public final class StopRequest {
    private volatile boolean made;

    /** A request that nobody has made yet. */
    public StopRequest() {}

    /** Makes the request. */
    public void make() {
        made = true;
    }

    /** Whether it was made. */
    public boolean isMade() {
        return made;
    }
}
