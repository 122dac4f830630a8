package org.narrowbert.jmh.peers;

import org.jspecify.annotations.Nullable;

/** Word that a peer is not there, or does not compute what is to be timed. JMH reports it and goes on with the next benchmark. */
public final class PeerMissing extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final String WAY_OUT = "build the benchmarks with ./mvnw -Ppeers -pl jmh -am package -DskipTests";

    /** A sentence without a stack trace: nobody looks for a bug. */
    PeerMissing(String sentence, @Nullable Throwable cause) {
        super(sentence, cause, false, false);
    }

    /** A peer whose library is not there. */
    public static PeerMissing library(String what, @Nullable Throwable cause) {
        return new PeerMissing("skipped: " + what + " is not there, " + WAY_OUT, cause);
    }

    /** A peer that has nothing to compare here. */
    public static PeerMissing work(Peer peer, String what) {
        return new PeerMissing("skipped: " + peer + " has no " + what, null);
    }
}
